(* d/dz 1/(1 + exp(-z)) = 1/(1 + exp(-z))*(1 - 1/(1 + exp(-z))), by the rules route.
   Check it with: coqc FILE.v. The conditions are those of the expression as it was typed; the lemmas
   that end in _not_vacuous show that they can be met; Print Assumptions lists the axioms of the reals. *)

From Coq Require Import Reals Lra Nsatz.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(* Without these, tactics turn u^2 into u*(u*1) inside exp and sqrt. *)
#[global] Arguments Rpow_def.pow : simpl never.
#[global] Arguments Raxioms.INR : simpl never.

(* Functions that the library lacks, each by its textbook formula. *)
Definition sec (u : R) : R := / cos u.
Definition csc (u : R) : R := / sin u.
Definition cot (u : R) : R := cos u / sin u.
Definition sech (u : R) : R := / cosh u.
Definition csch (u : R) : R := / sinh u.
Definition coth (u : R) : R := cosh u / sinh u.
Definition acosh (u : R) : R := ln (u + sqrt (u ^ 2 - 1)).
Definition atanh (u : R) : R := 1 / 2 * ln ((1 + u) / (1 - u)).
Definition acoth (u : R) : R := 1 / 2 * ln ((u + 1) / (u - 1)).
Definition asec (u : R) : R := acos (/ u).
Definition acsc (u : R) : R := asin (/ u).
Definition erf (u : R) : R := 2 / sqrt PI * RInt (fun t => exp (- (t ^ 2))) 0 u.
Definition cbrt (u : R) : R := u * exp (- (1 / 3) * ln (u ^ 2)).

(* cbrt is the real cube root, at 0 and below too. *)
Lemma cbrt_cube u : cbrt u ^ 3 = u.
Proof.
  destruct (Req_dec u 0) as [-> | H]; [unfold cbrt; ring |].
  assert (P : 0 < u ^ 2) by (apply pow2_gt_0; exact H).
  unfold cbrt. set (g := exp (- (1 / 3) * ln (u ^ 2))).
  assert (E : g ^ 3 = / u ^ 2).
  { unfold g. replace (exp (- (1 / 3) * ln (u ^ 2)) ^ 3) with (exp (- ln (u ^ 2))).
    - rewrite exp_Ropp, exp_ln; [reflexivity | exact P].
    - replace (- ln (u ^ 2)) with (- (1 / 3) * ln (u ^ 2) + - (1 / 3) * ln (u ^ 2) + - (1 / 3) * ln (u ^ 2)) by field.
      rewrite !exp_plus. ring. }
  replace ((u * g) ^ 3) with (u ^ 3 * g ^ 3) by ring. rewrite E. field. exact H.
Qed.

(* Slopes that auto_derive asks for. *)
Lemma bell_continuous (t : R) : continuous (fun t : R => exp (- (t ^ 2))) t.
Proof.
  apply (ex_derive_continuous (V := R_NormedModule) (fun t : R => exp (- (t ^ 2)))). auto_derive. exact I.
Qed.

#[global] Instance UD_erf : UnaryDiff erf.
Proof.
  exists (fun u => 2 / sqrt PI * exp (- (u ^ 2))). intros u. unfold erf.
  apply is_derive_scal.
  apply (is_derive_RInt (V := R_NormedModule) (fun t => exp (- (t ^ 2)))
    (fun u => RInt (fun t => exp (- (t ^ 2))) 0 u) 0 u).
  - exists (mkposreal 1 Rlt_0_1). intros x _. apply (RInt_correct (V := R_CompleteNormedModule)).
    apply (ex_RInt_continuous (V := R_CompleteNormedModule)). intros t _. apply bell_continuous.
  - apply bell_continuous.
Defined.

#[global] Instance UD_asin : UnaryDiff' asin.
Proof.
  exists (fun x => / sqrt (1 - x ^ 2)) (fun x => -1 < x < 1). intros x H. apply is_derive_Reals.
  replace (/ sqrt (1 - x ^ 2)) with (derive_pt asin x (derivable_pt_asin x H)).
  - unfold derive_pt. destruct (derivable_pt_asin x H) as [l Hl]. exact Hl.
  - rewrite derive_pt_asin, Rsqr_pow2. unfold Rdiv. ring.
Defined.

#[global] Instance UD_acos : UnaryDiff' acos.
Proof.
  exists (fun x => - / sqrt (1 - x ^ 2)) (fun x => -1 < x < 1). intros x H. apply is_derive_Reals.
  replace (- / sqrt (1 - x ^ 2)) with (derive_pt acos x (derivable_pt_acos x H)).
  - unfold derive_pt. destruct (derivable_pt_acos x H) as [l Hl]. exact Hl.
  - rewrite derive_pt_acos, Rsqr_pow2. unfold Rdiv. ring.
Defined.

Lemma root_square u : 0 <= u -> sqrt u ^ 2 = u.
Proof. intros H. apply pow2_sqrt. exact H. Qed.

(* sqrt a = c * sqrt q / |m|, where a * m^2 = c^2 * q. *)
Lemma root_over a c m q : 0 < c -> m <> 0 -> 0 <= a -> a * m ^ 2 = c ^ 2 * q -> sqrt a = c * sqrt q * / Rabs m.
Proof.
  intros C M A E. assert (N : 0 < Rabs m) by (apply Rabs_pos_lt; exact M).
  assert (Q : q = a * (Rabs m / c) ^ 2).
  { replace ((Rabs m / c) ^ 2) with (Rabs m ^ 2 / c ^ 2) by (field; lra).
    rewrite <- (Rsqr_pow2 (Rabs m)), <- Rsqr_abs, Rsqr_pow2.
    apply Rmult_eq_reg_l with (c ^ 2); [| apply pow_nonzero; lra]. rewrite <- E. field. lra. }
  assert (D : 0 < Rabs m / c) by (apply Rdiv_lt_0_compat; assumption).
  rewrite Q, sqrt_mult, sqrt_pow2; [field; split; lra | lra | exact A | apply pow2_ge_0].
Qed.
Lemma root_times a c q : 0 < c -> 0 <= a -> a = c ^ 2 * q -> sqrt a = c * sqrt q.
Proof.
  intros C A E. rewrite (root_over a c 1 q C R1_neq_R0 A); [rewrite Rabs_R1; field | rewrite E; ring].
Qed.

Lemma outside u : 1 < u ^ 2 -> u <> 0 /\ -1 < / u < 1.
Proof.
  intros H. assert (N : u <> 0) by (intros Z; rewrite Z in H; lra). split; [exact N |].
  assert (P : 0 < 1 - (/ u) ^ 2).
  { replace (1 - (/ u) ^ 2) with ((u ^ 2 - 1) / u ^ 2) by (field; exact N).
    apply Rdiv_lt_0_compat; [lra |]. apply pow2_gt_0. exact N. }
  split; nra.
Qed.
Lemma outside_root u : 1 < u ^ 2 -> sqrt (1 - (/ u) ^ 2) = sqrt (u ^ 2 - 1) * / Rabs u.
Proof.
  intros H. destruct (outside u H) as [N I]. rewrite <- (Rmult_1_l (sqrt (u ^ 2 - 1))).
  apply root_over; [lra | exact N | nra | field; exact N].
Qed.
#[global] Instance UD_asec : UnaryDiff' asec.
Proof.
  exists (fun x => / (Rabs x * sqrt (x ^ 2 - 1))) (fun x => 1 < x ^ 2). intros x H.
  destruct (outside x H) as [N I]. unfold asec. auto_derive; [tauto |].
  assert (P : 0 < sqrt (x ^ 2 - 1)) by (apply sqrt_lt_R0; lra).
  assert (Q : 0 < Rabs x) by (apply Rabs_pos_lt; exact N).
  assert (E : x ^ 2 = Rabs x ^ 2) by (rewrite <- !Rsqr_pow2; apply Rsqr_abs).
  rewrite (outside_root x H). replace (x * x) with (Rabs x ^ 2) by (rewrite <- E; ring).
  field. lra.
Defined.
#[global] Instance UD_acsc : UnaryDiff' acsc.
Proof.
  exists (fun x => - / (Rabs x * sqrt (x ^ 2 - 1))) (fun x => 1 < x ^ 2). intros x H.
  destruct (outside x H) as [N I]. unfold acsc. auto_derive; [tauto |].
  assert (P : 0 < sqrt (x ^ 2 - 1)) by (apply sqrt_lt_R0; lra).
  assert (Q : 0 < Rabs x) by (apply Rabs_pos_lt; exact N).
  assert (E : x ^ 2 = Rabs x ^ 2) by (rewrite <- !Rsqr_pow2; apply Rsqr_abs).
  rewrite (outside_root x H). replace (x * x) with (Rabs x ^ 2) by (rewrite <- E; ring).
  field. lra.
Defined.

#[global] Instance UD_acoth : UnaryDiff' acoth.
Proof.
  exists (fun x => / (1 - x ^ 2)) (fun x => 1 < x ^ 2). intros x H. unfold acoth.
  assert (M : x - 1 <> 0) by (intros E; replace x with 1 in H by lra; lra).
  assert (N : x + 1 <> 0) by (intros E; replace x with (- 1) in H by lra; lra).
  assert (D : 1 - x ^ 2 <> 0) by lra.
  auto_derive.
  - split; [exact M |]. split; [| exact I].
    replace ((x + 1) * / (x + - (1))) with ((x ^ 2 - 1) * / (x - 1) ^ 2) by (field; exact M).
    apply Rmult_lt_0_compat; [lra |]. apply Rinv_0_lt_compat, pow2_gt_0. exact M.
  - field. repeat split; first [exact M | exact N | exact D].
Defined.

#[global] Instance UD_arcsinh : UnaryDiff arcsinh.
Proof.
  exists (fun x => / sqrt (x ^ 2 + 1)). intros x. apply is_derive_Reals. apply derivable_pt_lim_arcsinh.
Defined.

(* A limit at 0/0 is a slope: if F(0) = 0 then F(h)/h tends to F'(0). *)
Lemma limit_of_quotient (F G : R -> R) (l : R) :
  F 0 = 0 -> is_derive F 0 l -> (forall h, h <> 0 -> G h = F h / h) -> real (Lim G 0) = l.
Proof.
  intros Z D E. apply is_derive_Reals in D. replace (real (Lim G 0)) with (real (Finite l)); [reflexivity |].
  f_equal. symmetry. apply is_lim_unique. apply is_lim_spec. intros eps.
  destruct (D eps (cond_pos eps)) as [d H]. exists d. intros h B N.
  rewrite (E h N). specialize (H h N). rewrite Rplus_0_l, Z, Rminus_0_r in H. apply H.
  change (Rabs (h + - 0) < d) in B. rewrite Ropp_0, Rplus_0_r in B. exact B.
Qed.

(* Where nothing is 0/0, the limit is the value. *)
Lemma limit_of_continuous (G : R -> R) (p : R) : ex_derive G p -> real (Lim G p) = G p.
Proof.
  intros D. replace (real (Lim G p)) with (real (Finite (G p))); [reflexivity |].
  f_equal. symmetry. apply is_lim_unique. apply is_lim_continuity.
  apply continuity_pt_filterlim. apply (ex_derive_continuous (V := R_NormedModule) G). exact D.
Qed.

(* Numbers and exponents. *)
Lemma exp_nat u n : exp u ^ n = exp (INR n * u).
Proof.
  induction n as [| n IH].
  - replace (INR 0 * u) with 0 by (change (INR 0) with 0; ring). rewrite exp_0. reflexivity.
  - rewrite S_INR, Rmult_plus_distr_r, Rmult_1_l, exp_plus, <- IH. change (exp u ^ S n) with (exp u * exp u ^ n). ring.
Qed.
Lemma ln_nat a n : 0 < a -> ln (a ^ n) = INR n * ln a.
Proof.
  intros H. rewrite <- (exp_ln a H) at 1. rewrite exp_nat, ln_exp. reflexivity.
Qed.
Lemma pos_nz a : 0 < a -> a <> 0. Proof. lra. Qed.
Lemma neg_nz a : a < 0 -> a <> 0. Proof. lra. Qed.
Lemma sin_nz u : 0 < 1 + cos u -> 0 < 1 + - cos u -> sin u <> 0.
Proof. intros P N E. generalize (sin2_cos2 u). unfold Rsqr. rewrite E. nra. Qed.
Lemma cos_nz u : 0 < 1 + sin u -> 0 < 1 + - sin u -> cos u <> 0.
Proof. intros P N E. generalize (sin2_cos2 u). unfold Rsqr. rewrite E. nra. Qed.
Lemma cosh_positive u : 0 < cosh u.
Proof. unfold cosh. generalize (exp_pos u) (exp_pos (- u)). lra. Qed.
Lemma cosh_square u : cosh u ^ 2 = 1 + sinh u ^ 2.
Proof.
  unfold cosh, sinh. assert (E : exp u * exp (- u) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
  replace (((exp u + exp (- u)) / 2) ^ 2) with (((exp u - exp (- u)) / 2) ^ 2 + exp u * exp (- u)) by field.
  rewrite E. ring.
Qed.
Lemma sin_square u : sin u ^ 2 = 1 - cos u ^ 2.
Proof. generalize (sin2_cos2 u). rewrite !Rsqr_pow2. lra. Qed.
Lemma abs_square u : Rabs u ^ 2 = u ^ 2.
Proof. symmetry. apply pow2_abs || (rewrite <- !Rsqr_pow2; apply Rsqr_abs). Qed.
Lemma ln_positive a : 1 < a -> 0 < ln a.
Proof. intros H. rewrite <- ln_1. apply ln_increasing; lra. Qed.
Lemma abs_by_square u w : 0 <= w -> u ^ 2 = w ^ 2 -> Rabs u = w.
Proof.
  intros W E. rewrite <- (Rabs_pos_eq w W). rewrite <- (sqrt_pow2 (Rabs u)) by apply Rabs_pos.
  rewrite <- (sqrt_pow2 (Rabs w)) by apply Rabs_pos. rewrite !abs_square, E. reflexivity.
Qed.
Lemma scaled p m : 0 < p -> m <> 0 -> 0 < p * m ^ 2.
Proof. intros P M. apply Rmult_lt_0_compat; [exact P |]. apply pow2_gt_0. exact M. Qed.
Lemma sqrt_exp u : 0 < u -> sqrt u = exp (1 / 2 * ln u).
Proof. intros H. rewrite <- (Rpower_sqrt u H). unfold Rpower. f_equal. field. Qed.
Lemma sign_abs u : u <> 0 -> sign u = u * / Rabs u.
Proof.
  intros H. destruct (Rtotal_order u 0) as [L | [E | G]].
  - rewrite sign_eq_m1, Rabs_left by exact L. field. lra.
  - contradiction.
  - rewrite sign_eq_1, Rabs_right by lra. field. lra.
Qed.
Lemma cos_atan u : cos (atan u) = / sqrt (1 + u ^ 2).
Proof.
  assert (P : 0 < 1 + u ^ 2) by (generalize (pow2_ge_0 u); lra).
  assert (C : 0 < cos (atan u)) by (generalize (atan_bound u); intros B; apply cos_gt_0; lra).
  assert (S : sin (atan u) = u * cos (atan u)).
  { assert (T : tan (atan u) = u) by (apply tan_atan). unfold tan in T.
    rewrite <- T at 2. field. lra. }
  assert (E : cos (atan u) ^ 2 * (1 + u ^ 2) = 1).
  { generalize (sin_square (atan u)). rewrite S. lra. }
  assert (Q : sqrt (1 + u ^ 2) ^ 2 = 1 + u ^ 2) by (apply root_square; lra).
  assert (R : 0 < sqrt (1 + u ^ 2)) by (apply sqrt_lt_R0; exact P).
  apply Rmult_eq_reg_r with (sqrt (1 + u ^ 2)); [| lra]. rewrite Rinv_l by lra.
  assert (F : (cos (atan u) * sqrt (1 + u ^ 2)) ^ 2 = 1) by (rewrite Rpow_mult_distr, Q; exact E).
  assert (G : 0 < cos (atan u) * sqrt (1 + u ^ 2)) by (apply Rmult_lt_0_compat; assumption).
  nra.
Qed.

(* Where a term is positive, not negative, or not zero. *)
Ltac pos := first [ assumption | lra | lazymatch goal with
  | |- 0 < exp _ => apply exp_pos
  | |- 0 < Rpower _ _ => apply exp_pos
  | |- 0 < cosh _ => apply cosh_positive
  | |- 0 < PI => apply PI_RGT_0
  | |- 0 < / _ => apply Rinv_0_lt_compat; pos
  | |- 0 < sqrt _ => apply sqrt_lt_R0; pos
  | |- 0 < ln _ => apply ln_positive; lra
  | |- 0 < _ * _ => first [apply Rmult_lt_0_compat; pos | nra]
  | |- 0 < _ / _ => apply Rdiv_lt_0_compat; pos
  | |- 0 < _ ^ _ => first [apply pow_lt; pos | apply pow2_gt_0; nz]
  | |- 0 < Rabs _ => apply Rabs_pos_lt; nz
  | |- 0 < _ + _ => first [apply Rplus_lt_0_compat; pos | apply Rplus_le_lt_0_compat; [nneg | pos] | apply Rplus_lt_le_0_compat; [pos | nneg]]
  end | nra ]
with nneg := first [ assumption | lra | lazymatch goal with
  | |- 0 <= _ ^ 2 => apply pow2_ge_0
  | |- 0 <= Rabs _ => apply Rabs_pos
  | |- 0 <= sqrt _ => apply sqrt_pos
  | |- 0 <= _ * _ => apply Rmult_le_pos; nneg
  | |- 0 <= _ ^ _ => apply pow_le; nneg
  | |- 0 <= _ + _ => apply Rplus_le_le_0_compat; nneg
  | |- 0 <= _ => apply Rlt_le; pos
  end | nra ]
with nz := lazymatch goal with
  | |- True => exact I
  | |- _ /\ _ => split; nz
  | |- 0 < _ => pos
  | |- 0 <= _ => nneg
  | |- ?e <> 0 => first [ assumption
    | lazymatch e with
      | _ * _ => apply Rmult_integral_contrapositive_currified; nz
      | _ ^ _ => apply pow_nonzero; nz
      | / _ => apply Rinv_neq_0_compat; nz
      | - _ => apply Ropp_neq_0_compat; nz
      | Rabs _ => apply Rabs_no_R0; nz
      end
    | apply pos_nz; pos
    | apply sin_nz; lra
    | apply cos_nz; lra
    | apply neg_nz; nra
    | is_var e; let Hc := fresh in intro Hc; exfalso; subst e; nra
    | match goal with H : 0 < ?p |- _ => let Hc := fresh in intro Hc; exfalso; progress rewrite Hc in H; lra end
    | match goal with H : _ <> 0 |- _ =>
        let Hc := fresh in intro Hc; apply H; first [lra | clear H; field_simplify_eq; [lra | nz] | nra] end ]
  | |- _ => first [assumption | lra | split; lra | nra]
  end.

Ltac unf := unfold sec, csc, cot, sech, csch, coth, acosh, atanh, cbrt, tan, tanh, Rpower, Rminus, Rdiv in *.
Ltac unf_in H := unfold sec, csc, cot, sech, csch, coth, acosh, atanh, cbrt, tan, tanh, Rpower, Rminus, Rdiv in H.
Ltac unf_exp := unfold cosh, sinh, Rminus, Rdiv in *.
Ltac pw_num := rewrite ?INR_IZR_INZ; cbn [Z.of_nat Pos.of_succ_nat Pos.succ].
Ltac exp_head := rewrite ?exp_nat, <- ?exp_Ropp, <- ?exp_plus; f_equal; pw_num.
(* ln u = a sum: u is shown to equal a product first. *)
Ltac ln_split := repeat first [ rewrite ln_mult by nz | rewrite ln_Rinv by nz | rewrite ln_nat by nz | rewrite ln_exp | rewrite ln_1 ].
Ltac exp_none := lazymatch goal with |- exp ?a = 1 => replace a with 0 by (field; nz); apply exp_0 end.
Ltac exp_of_ln := lazymatch goal with |- exp ?a = ?u => replace a with (ln u) by (field; nz); apply exp_ln; nz end.
(* A fact is used in the goal and in what is assumed. *)
Ltac told F := try rewrite F by nz; repeat match goal with H : _ |- _ =>
  lazymatch type of H with
  | _ <> 0 => progress (rewrite F in H by nz)
  | 0 < _ => progress (rewrite F in H by nz)
  end end.

(* The slope that is claimed is defined there. *)
Lemma slope_defined : forall v_z : R, (1 + (exp (- v_z))) <> 0.
Proof.
  intros v_z. unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  repeat split; nz.
Qed.
Theorem slope : forall v_z : R, 
  is_derive (fun v_z : R => (1 / (1 + (exp (- v_z))))) v_z ((1 / (1 + (exp (- v_z)))) * (1 - (1 / (1 + (exp (- v_z)))))).
Proof.
  intros v_z. assert (B0 := slope_defined v_z). unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  auto_derive; [nz |]. pw_num. unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
Qed.

Lemma line_1 : forall v_z : R, 
  (Derive (fun v_z : R => (1 / (1 + (exp (- v_z))))) v_z) = (Derive (fun v_z : R => (/ ((1 + (exp (- v_z))) ^ 1))) v_z).
Proof.
  intros v_z.
  assert (D0 : (Derive (fun v_z : R => (1 / (1 + (exp (- v_z))))) v_z) = ((exp (- v_z)) / ((1 + (exp (- v_z))) ^ 2))).
  {
  apply is_derive_unique.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  auto_derive; [nz |]. pw_num. unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
  }
  rewrite D0. clear D0.
  assert (D1 : (Derive (fun v_z : R => (/ ((1 + (exp (- v_z))) ^ 1))) v_z) = ((/ ((1 + (exp (- v_z))) ^ 2)) * (exp (- v_z)))).
  {
  apply is_derive_unique.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  auto_derive; [nz |]. pw_num. unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
  }
  rewrite D1. clear D1.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
Qed.

Lemma line_2 : forall v_z : R, 
  (Derive (fun v_z : R => (/ ((1 + (exp (- v_z))) ^ 1))) v_z) = ((Derive (fun v_g : R => (/ (v_g ^ 1))) (1 + (exp (- v_z)))) * (Derive (fun v_z : R => (1 + (exp (- v_z)))) v_z)).
Proof.
  intros v_z.
  assert (D0 : (Derive (fun v_z : R => (/ ((1 + (exp (- v_z))) ^ 1))) v_z) = ((/ ((1 + (exp (- v_z))) ^ 2)) * (exp (- v_z)))).
  {
  apply is_derive_unique.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  auto_derive; [nz |]. pw_num. unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
  }
  rewrite D0. clear D0.
  assert (D1 : (Derive (fun v_g : R => (/ (v_g ^ 1))) (1 + (exp (- v_z)))) = (- (/ ((1 + (exp (- v_z))) ^ 2)))).
  {
  apply is_derive_unique.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  auto_derive; [nz |]. pw_num. unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
  }
  rewrite D1. clear D1.
  assert (D2 : (Derive (fun v_z : R => (1 + (exp (- v_z)))) v_z) = (- (exp (- v_z)))).
  {
  apply is_derive_unique.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  auto_derive; [nz |]. pw_num. unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
  }
  rewrite D2. clear D2.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
Qed.

Lemma line_3 : forall v_z : R, 
  ((Derive (fun v_g : R => (/ (v_g ^ 1))) (1 + (exp (- v_z)))) * (Derive (fun v_z : R => (1 + (exp (- v_z)))) v_z)) = (- ((/ ((1 + (exp (- v_z))) ^ 2)) * (0 + ((exp (- v_z)) * (- 1))))).
Proof.
  intros v_z.
  assert (D0 : (Derive (fun v_g : R => (/ (v_g ^ 1))) (1 + (exp (- v_z)))) = (- (/ ((1 + (exp (- v_z))) ^ 2)))).
  {
  apply is_derive_unique.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  auto_derive; [nz |]. pw_num. unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
  }
  rewrite D0. clear D0.
  assert (D1 : (Derive (fun v_z : R => (1 + (exp (- v_z)))) v_z) = (- (exp (- v_z)))).
  {
  apply is_derive_unique.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  auto_derive; [nz |]. pw_num. unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
  }
  rewrite D1. clear D1.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
Qed.

Lemma line_4 : forall v_z : R, 
  (- ((/ ((1 + (exp (- v_z))) ^ 2)) * (0 + ((exp (- v_z)) * (- 1))))) = ((exp (- v_z)) / ((1 + (exp (- v_z))) ^ 2)).
Proof.
  intros v_z.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
Qed.

Lemma line_5 : forall v_z : R, 
  ((exp (- v_z)) / ((1 + (exp (- v_z))) ^ 2)) = ((exp (- v_z)) / ((1 + (exp (- v_z))) ^ 2)).
Proof.
  intros v_z.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
Qed.

Lemma line_6 : forall v_z : R, 
  ((exp (- v_z)) / ((1 + (exp (- v_z))) ^ 2)) = ((1 + (exp (- v_z)) - 1) / ((1 + (exp (- v_z))) ^ 2)).
Proof.
  intros v_z.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
Qed.

Lemma line_7 : forall v_z : R, 
  ((1 + (exp (- v_z)) - 1) / ((1 + (exp (- v_z))) ^ 2)) = (((1 + (exp (- v_z))) / ((1 + (exp (- v_z))) ^ 2)) - (1 / ((1 + (exp (- v_z))) ^ 2))).
Proof.
  intros v_z.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
Qed.

Lemma line_8 : forall v_z : R, 
  (((1 + (exp (- v_z))) / ((1 + (exp (- v_z))) ^ 2)) - (1 / ((1 + (exp (- v_z))) ^ 2))) = ((1 / (1 + (exp (- v_z)))) - (1 / ((1 + (exp (- v_z))) ^ 2))).
Proof.
  intros v_z.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
Qed.

Lemma line_9 : forall v_z : R, 
  ((1 / (1 + (exp (- v_z)))) - (1 / ((1 + (exp (- v_z))) ^ 2))) = ((1 / (1 + (exp (- v_z)))) - ((1 / (1 + (exp (- v_z)))) ^ 2)).
Proof.
  intros v_z.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
Qed.

Lemma line_10 : forall v_z : R, 
  ((1 / (1 + (exp (- v_z)))) - ((1 / (1 + (exp (- v_z)))) ^ 2)) = ((1 / (1 + (exp (- v_z)))) * (1 - (1 / (1 + (exp (- v_z)))))).
Proof.
  intros v_z.
  unf.
  assert (A0 : (1 + (exp (- v_z))) <> 0) by (unf; nz). unf.
  assert (P0 := exp_pos (- v_z)). unf_in P0.
  first [reflexivity | field; nz | field_simplify_eq; [try nsatz; nra | nz]].
Qed.

(* What all of this rests on: the axioms of the real numbers, and nothing else. *)
Definition all_of_them := (slope_defined, slope, line_1, line_2, line_3, line_4, line_5, line_6, line_7, line_8, line_9, line_10).
Print Assumptions all_of_them.

(* Each set of conditions is met at a point: no theorem above is empty. *)
From Interval Require Import Tactic.
Ltac at_a_point := unf; unfold arcsinh in *; repeat split; first [lra | nz | interval | interval with (i_prec 100)].
Ltac apart := first [lra | interval | interval with (i_prec 100)].

Lemma slope_not_vacuous : exists v_z : R, True.
Proof. exists (1 / 2). at_a_point. Qed.

Lemma line_1_not_vacuous : exists v_z : R, True.
Proof. exists (1 / 2). at_a_point. Qed.

Lemma line_2_not_vacuous : exists v_z : R, True.
Proof. exists (1 / 2). at_a_point. Qed.

Lemma line_3_not_vacuous : exists v_z : R, True.
Proof. exists (1 / 2). at_a_point. Qed.

Lemma line_4_not_vacuous : exists v_z : R, True.
Proof. exists (1 / 2). at_a_point. Qed.

Lemma line_5_not_vacuous : exists v_z : R, True.
Proof. exists (1 / 2). at_a_point. Qed.

Lemma line_6_not_vacuous : exists v_z : R, True.
Proof. exists (1 / 2). at_a_point. Qed.

Lemma line_7_not_vacuous : exists v_z : R, True.
Proof. exists (1 / 2). at_a_point. Qed.

Lemma line_8_not_vacuous : exists v_z : R, True.
Proof. exists (1 / 2). at_a_point. Qed.

Lemma line_9_not_vacuous : exists v_z : R, True.
Proof. exists (1 / 2). at_a_point. Qed.

Lemma line_10_not_vacuous : exists v_z : R, True.
Proof. exists (1 / 2). at_a_point. Qed.
