// The only file that knows Python and NumPy: registers every kernel as a ufunc. It knows no mathematics.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <numpy/arrayobject.h>
#include <numpy/ufuncobject.h>
#include <structmember.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "batch.hpp"
#include "half.hpp"
#include "kernels.hpp"
#include "loops.hpp"
#include "targets.hpp"

#define OGIVE_DECLARE(target)     \
  namespace ogive {               \
  Kernels kernels_##target##_0(); \
  Kernels kernels_##target##_1(); \
  Kernels kernels_##target##_2(); \
  Kernels kernels_##target##_3(); \
  Batch batch_##target();         \
  }
OGIVE_TARGETS
#undef OGIVE_DECLARE

namespace {

// ---- Targets ---------------------------------------------------------------------------------------------

struct Target {
  const char* name;
  ogive::Kernels (*kernels[ogive::kernel_parts])();
  ogive::Batch (*batch)();
};

#define OGIVE_DECLARE(target)                                                                 \
  {#target,                                                                                   \
   {&ogive::kernels_##target##_0, &ogive::kernels_##target##_1, &ogive::kernels_##target##_2, \
    &ogive::kernels_##target##_3},                                                            \
   &ogive::batch_##target},
constexpr Target targets[] = {OGIVE_TARGETS};
#undef OGIVE_DECLARE

// The last target that runs here, or the one that OGIVE_TARGET names; null with a Python error otherwise.
const Target* choose_target() {
  const char* wanted = std::getenv("OGIVE_TARGET");
  const Target* best = nullptr;
  std::string known;
  for (const Target& target : targets) {
    if (!ogive::runs_here(target.name)) continue;
    if (wanted && std::strcmp(wanted, target.name) == 0) return &target;
    known += known.empty() ? target.name : std::string(", ") + target.name;
    best = &target;
  }
  if (!wanted || !*wanted) return best;
  PyErr_Format(PyExc_ImportError, "OGIVE_TARGET=%s is not a target this machine runs; choose one of %s, or unset it",
               wanted, known.c_str());
  return nullptr;
}

// ---- Registration ----------------------------------------------------------------------------------------

// NumPy borrows these arrays for as long as the ufunc lives, which is for ever.
struct Ufunc {
  char name[64];
  PyUFuncGenericFunction loops[6];
  void* data[6];
  char types[6 * 3];
};
constexpr int max_ufuncs = 256;
Ufunc ufuncs[max_ufuncs];

const char* doc_of(const char* role) {
  const struct {
    const char *role, *doc;
  } docs[] = {
      {"", "The value of the shape at each element."},
      {"derivative", "The slope of the shape at each element, accurate in both tails."},
      {"second_derivative", "The slope of the slope at each element."},
      {"value_and_derivative", "The value and the slope at each element, in one pass over memory."},
      {"inverse", "The argument at which the shape takes each value."},
      {"log", "The logarithm of the value at each element, accurate in both tails."},
      {"log_complement", "The logarithm of one minus the value, accurate in both tails."},
  };
  for (const auto& row : docs)
    if (std::strcmp(row.role, role) == 0) return row.doc;
  return "";
}

const ogive::WideKernel* find_wide(const ogive::Kernel& kernel) {
  const ogive::WideKernels wide = ogive::wide_kernels();
  for (const ogive::WideKernel* row = wide.rows; row != wide.rows + wide.count; ++row)
    if (!std::strcmp(row->shape, kernel.shape) && !std::strcmp(row->role, kernel.role)) return row;
  return nullptr;
}

template <int Outputs>
PyObject* make_ufunc(const ogive::Kernel& kernel, Ufunc& u) {
  int count = 0;
  const auto add = [&](char type, PyUFuncGenericFunction function, void* data) {
    u.loops[count] = function;
    u.data[count] = data;
    std::memset(u.types + count * (1 + Outputs), type, 1 + Outputs);
    ++count;
  };
  void* const f64 = reinterpret_cast<void*>(kernel.f64);
  // float16 goes through float64, so that its one rounding is the last. Order is meaning: NumPy takes the
  // first loop an argument casts to safely.
  add(NPY_HALF, &loop<ogive::Half, double, Outputs>, f64);
  add(NPY_FLOAT, &loop<float, float, Outputs>, reinterpret_cast<void*>(kernel.f32));
  add(NPY_DOUBLE, &loop<double, double, Outputs>, f64);
  if (const ogive::WideKernel* wide = find_wide(kernel)) {
    using C64 = std::complex<float>;
    using C128 = std::complex<double>;
    if (wide->longdouble)
      add(NPY_LONGDOUBLE, &loop<long double, long double, Outputs>, reinterpret_cast<void*>(wide->longdouble));
    if (wide->complex64) add(NPY_CFLOAT, &loop<C64, C64, Outputs>, reinterpret_cast<void*>(wide->complex64));
    if (wide->complex128) add(NPY_CDOUBLE, &loop<C128, C128, Outputs>, reinterpret_cast<void*>(wide->complex128));
  }
  PyOS_snprintf(u.name, sizeof(u.name), "%s%s%s", kernel.shape, *kernel.role ? "_" : "", kernel.role);
  return PyUFunc_FromFuncAndData(u.loops, u.data, u.types, count, 1, Outputs, PyUFunc_None, u.name,
                                 doc_of(kernel.role), 0);
}

// Add the kernels of one part behind the `count` that there are.
int add_ufuncs(PyObject* module, const ogive::Kernels& kernels, int& count) {
  for (int i = 0; i < kernels.count; ++i) {
    if (count == max_ufuncs) {
      PyErr_SetString(PyExc_ImportError, "more kernels than max_ufuncs in core/module.cpp; raise it");
      return -1;
    }
    const ogive::Kernel& kernel = kernels.rows[i];
    Ufunc& room = ufuncs[count++];
    PyObject* ufunc = kernel.outputs == 2 ? make_ufunc<2>(kernel, room) : make_ufunc<1>(kernel, room);
    if (!ufunc) return -1;
    const int failed = PyModule_AddObjectRef(module, room.name, ufunc);
    Py_DECREF(ufunc);
    if (failed) return -1;
  }
  return 0;
}

// ---- Callable --------------------------------------------------------------------------------------------

// Base of ogive.Shape: calling it calls its ufunc, at no cost over calling the ufunc itself.
struct Callable {
  PyObject_HEAD vectorcallfunc call;
  PyObject* ufunc;
};

PyObject* callable_call(PyObject* self, PyObject* const* args, size_t count, PyObject* names) {
  return PyObject_Vectorcall(reinterpret_cast<Callable*>(self)->ufunc, args, count, names);
}

PyObject* callable_new(PyTypeObject* type, PyObject*, PyObject*) {
  PyObject* self = type->tp_alloc(type, 0);
  if (!self) return nullptr;
#if PY_VERSION_HEX < 0x030C0000
  // Classes written in Python inherit this only from 3.12 on; they call no slower for it before.
  if (type->tp_call == PyVectorcall_Call) type->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
#endif
  auto* callable = reinterpret_cast<Callable*>(self);
  callable->call = callable_call;
  callable->ufunc = Py_NewRef(Py_None);
  return self;
}

int callable_init(PyObject* self, PyObject* args, PyObject*) {
  PyObject* ufunc = nullptr;
  if (!PyArg_ParseTuple(args, "O!:Callable", &PyUFunc_Type, &ufunc)) return -1;
  Py_XSETREF(reinterpret_cast<Callable*>(self)->ufunc, Py_NewRef(ufunc));
  return 0;
}

int callable_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(reinterpret_cast<Callable*>(self)->ufunc);
  return 0;
}

int callable_clear(PyObject* self) {
  Py_CLEAR(reinterpret_cast<Callable*>(self)->ufunc);
  return 0;
}

void callable_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  callable_clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMemberDef callable_members[] = {
    {"ufunc", T_OBJECT, offsetof(Callable, ufunc), READONLY, "The NumPy ufunc that a call is passed on to."},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Callable, call), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};

PyType_Slot callable_slots[] = {
    {Py_tp_doc, const_cast<char*>("Callable(ufunc)\n--\n\nAn object that is called as its ufunc is.")},
    {Py_tp_new, reinterpret_cast<void*>(callable_new)},
    {Py_tp_init, reinterpret_cast<void*>(callable_init)},
    {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
    {Py_tp_traverse, reinterpret_cast<void*>(callable_traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(callable_clear)},
    {Py_tp_dealloc, reinterpret_cast<void*>(callable_dealloc)},
    {Py_tp_members, callable_members},
    {0, nullptr}};

PyType_Spec callable_spec = {
    "ogive._core.Callable", sizeof(Callable), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL, callable_slots};

int add_callable(PyObject* module) {
  PyObject* type = PyType_FromSpec(&callable_spec);
  if (!type) return -1;
  const int failed = PyModule_AddObjectRef(module, "Callable", type);
  Py_DECREF(type);
  return failed;
}

// ---- Many curves -----------------------------------------------------------------------------------------

ogive::Batch batch;

// A contiguous buffer of one element type, released when it goes.
struct Buffer {
  Py_buffer view{};
  bool held = false;
  ~Buffer() {
    if (held) PyBuffer_Release(&view);
  }
  // False with a Python error where the object has no such buffer; None is an empty one.
  bool take(PyObject* object, const char* what, char kind, int flags = PyBUF_CONTIG_RO) {
    if (object == Py_None) return true;
    if (PyObject_GetBuffer(object, &view, flags | PyBUF_FORMAT)) return false;
    held = true;
    const char* format = view.format ? view.format : "B";
    const bool right = view.itemsize == 8 && (*format == kind || (kind == 'l' && *format == 'q'));
    if (!right) PyErr_Format(PyExc_TypeError, "%s must hold elements of type %c, not %s", what, kind, format);
    return right;
  }
  Py_ssize_t count() const { return held ? view.len / 8 : 0; }
  bool overlaps(const Buffer& other) const {
    const auto *own = data<char>(), *its = other.data<char>();
    return held && other.held && own < its + other.view.len && its < own + view.len;
  }
  template <class T>
  T* data() const {
    return static_cast<T*>(view.buf);
  }
  std::vector<std::int64_t> integers() const { return {data<std::int64_t>(), data<std::int64_t>() + count()}; }
};

// Whether n elements from some place on lie within an array: without a sum, which might overflow.
bool lies_within(std::int64_t from, std::int64_t n, Py_ssize_t size) { return from >= 0 && from <= size - n; }

// Whether every curve lies within its arrays; false with a Python error.
bool within(const ogive::BatchData& data, const Buffer& begin, const Buffer& place, const Buffer& g, const Buffer& y,
            const Buffer& w) {
  bool right = begin.count() == data.count && place.count() == data.count;
  right = right && (!data.w || w.count() == y.count());
  for (std::int64_t i = 0; right && i < data.count; ++i) {
    const std::int64_t n = data.length[i];
    right = n >= 0 && n < (std::int64_t(1) << 30) && lies_within(data.begin[i], n, y.count()) &&
            lies_within(data.place[i], n, g.count());
  }
  if (!right) PyErr_SetString(PyExc_ValueError, "a curve reaches beyond its arrays");
  return right;
}

PyObject* fit_batch(PyObject*, PyObject* args) {
  const char* shape = nullptr;
  PyObject *limits, *g, *y, *w, *begin, *place, *length, *given, *out, *swept, *rise = Py_None, *ends = Py_None;
  ogive::BatchModel model{};
  if (!PyArg_ParseTuple(args, "spiiippdipOOOOOOOOOO|OO:fit_batch", &shape, &model.powered, &model.free, &model.held,
                        &model.by_user, &model.swap, &model.reciprocal, &model.extension, &model.likelihood,
                        &model.evaluate, &limits, &g, &y, &w, &begin, &place, &length, &given, &out, &swept, &rise,
                        &ends))
    return nullptr;
  model.shape = -1;
  for (int i = 0; i < batch.shape_count; ++i)
    if (!std::strcmp(batch.shape_name(i), shape)) model.shape = i;
  if (model.shape < 0) return PyErr_Format(PyExc_ValueError, "the engine has no shape %s", shape);
  Buffer limits_, g_, y_, w_, begin_, place_, length_, given_, out_, swept_, rise_, ends_;
  if (!limits_.take(limits, "limits", 'd') || !g_.take(g, "g", 'd') || !y_.take(y, "y", 'd') ||
      !w_.take(w, "w", 'd') || !begin_.take(begin, "begin", 'l') || !place_.take(place, "place", 'l') ||
      !length_.take(length, "length", 'l') || !given_.take(given, "given", 'd') ||
      !out_.take(out, "out", 'd', PyBUF_CONTIG) || !swept_.take(swept, "swept", 'd', PyBUF_CONTIG) ||
      !rise_.take(rise, "rise", 'd') || !ends_.take(ends, "ends", 'd', PyBUF_CONTIG))
    return nullptr;
  const std::int64_t count = length_.count();
  if (limits_.count() != 10 || out_.count() != (ends_.held ? 0 : count * ogive::batch_columns))
    return PyErr_Format(PyExc_ValueError, "limits must hold 10 numbers and out %d x %zd", int(ogive::batch_columns),
                        Py_ssize_t(count));
  const bool right = given_.count() == (given_.held ? 5 * count : 0) &&
                     swept_.count() == (swept_.held ? ogive::batch_swept * count : 0) &&
                     (given_.held || !(model.held | model.evaluate | ends_.held)) &&
                     rise_.count() == (ends_.held ? 3 * count : 0) && (!ends_.held || ends_.count() == 2 * count);
  if (!right)
    return PyErr_Format(PyExc_ValueError, "given must hold 5 x %zd numbers, swept %d x %zd, rise 3 x it and ends 2",
                        Py_ssize_t(count), int(ogive::batch_swept), Py_ssize_t(count));
  if (model.likelihood < 0 || model.likelihood > 2)
    return PyErr_Format(PyExc_ValueError, "the likelihood is 0, 1 or 2, not %d", model.likelihood);
  for (const Buffer* input : {&limits_, &g_, &y_, &w_, &begin_, &place_, &length_, &given_, &rise_, &swept_, &ends_})
    if ((input != &out_ && out_.overlaps(*input)) || (input != &swept_ && swept_.overlaps(*input)) ||
        (input != &ends_ && ends_.overlaps(*input))) {
      PyErr_SetString(PyExc_ValueError, "out, swept and ends must not share memory with each other or with an input");
      return nullptr;
    }
  std::memcpy(model.lower, limits_.data<double>(), sizeof model.lower);
  std::memcpy(model.upper, limits_.data<double>() + 5, sizeof model.upper);
  // What says where curves lie is copied: another thread may write to the arrays once it has been checked.
  const std::vector<std::int64_t> begins = begin_.integers(), places = place_.integers(),
                                  lengths = length_.integers();
  const ogive::BatchData data{g_.data<double>(),
                              y_.data<double>(),
                              w_.data<double>(),
                              begins.data(),
                              places.data(),
                              lengths.data(),
                              count,
                              given_.data<double>(),
                              out_.data<double>(),
                              swept_.data<double>(),
                              rise_.data<double>(),
                              ends_.data<double>()};
  if (!within(data, begin_, place_, g_, y_, w_)) return nullptr;
  int failed = 0;
  Py_BEGIN_ALLOW_THREADS;
  const DefaultMode<double> mode;
  failed = batch.fit(model, data);
  Py_END_ALLOW_THREADS;
  if (failed) return PyErr_NoMemory();
  Py_RETURN_NONE;
}

// ---- Threads of the context ------------------------------------------------------------------------------

PyObject* enter_threads(PyObject*, PyObject* count) {
  const long number = PyLong_AsLong(count);
  if (number == -1 && PyErr_Occurred()) return nullptr;
  if (number < 1 || number > Threads::most)
    return PyErr_Format(PyExc_ValueError, "the number of threads must be 1 up to %ld, not %ld", Threads::most,
                        number);
  if (number > 1) threads.asked = true;
  return PyContextVar_Set(threads.variable, count);
}

PyObject* leave_threads(PyObject*, PyObject* token) {
  if (PyContextVar_Reset(threads.variable, token)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* parts_of(PyObject*, PyObject* count) {
  const Py_ssize_t n = PyLong_AsSsize_t(count);
  return n == -1 && PyErr_Occurred() ? nullptr : PyLong_FromSsize_t(threads.parts(n));
}

PyMethodDef methods[] = {
    {"parts", parts_of, METH_O, "How many threads a pass over so many elements uses here. Private: for tests."},
    {"enter_threads", enter_threads, METH_O,
     "Set the threads of this context; return what undoes it. Private: use ogive.threads."},
    {"leave_threads", leave_threads, METH_O, "Undo enter_threads. Private: use ogive.threads."},
    {"fit_batch", fit_batch, METH_VARARGS, "Fit many curves at once. Private: use ogive.fit_many."},
    {nullptr, nullptr, 0, nullptr}};

int add_batch(PyObject* module) {
  PyObject* shapes = PyTuple_New(batch.shape_count);
  if (!shapes) return -1;
  for (int i = 0; i < batch.shape_count; ++i) {
    PyObject* name = PyUnicode_FromString(batch.shape_name(i));
    if (!name) {
      Py_DECREF(shapes);
      return -1;
    }
    PyTuple_SET_ITEM(shapes, i, name);
  }
  const int failed = PyModule_AddObjectRef(module, "batch_shapes", shapes);
  Py_DECREF(shapes);
  return failed || PyModule_AddIntConstant(module, "batch_columns", ogive::batch_columns) ||
                 PyModule_AddIntConstant(module, "batch_swept", ogive::batch_swept)
             ? -1
             : 0;
}

// ---- The module ------------------------------------------------------------------------------------------

// The names of the targets in this build, or of those among them that run here.
PyObject* target_names(bool all) {
  PyObject* names = PyList_New(0);
  if (!names) return nullptr;
  for (const Target& target : targets) {
    if (!all && !ogive::runs_here(target.name)) continue;
    PyObject* name = PyUnicode_FromString(target.name);
    if (!name || PyList_Append(names, name)) {
      Py_XDECREF(name);
      Py_DECREF(names);
      return nullptr;
    }
    Py_DECREF(name);
  }
  return names;
}

int add_build_config(PyObject* module, const Target& chosen) {
  PyObject *runnable = target_names(false), *compiled = target_names(true);
  if (!runnable || !compiled) {
    Py_XDECREF(runnable);
    Py_XDECREF(compiled);
    return -1;
  }
  PyObject* config = Py_BuildValue("{s:s, s:s, s:s, s:N, s:N}", "version", OGIVE_VERSION, "compiler", OGIVE_COMPILER,
                                   "target", chosen.name, "targets", runnable, "compiled", compiled);
  if (!config) return -1;
  const int failed = PyModule_AddObjectRef(module, "build_config", config);
  Py_DECREF(config);
  return failed;
}

int execute(PyObject* module) {
  if (PyArray_ImportNumPyAPI() < 0 || PyUFunc_ImportUFuncAPI() < 0 || threads.create()) return -1;
  const Target* target = choose_target();
  if (!target) return -1;
  batch = target->batch();
  if (add_build_config(module, *target) || add_callable(module) || add_batch(module)) return -1;
  int count = 0;
  for (const auto kernels : target->kernels)
    if (add_ufuncs(module, kernels(), count)) return -1;
  return 0;
}

PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void*>(execute)},
#if PY_VERSION_HEX >= 0x030C0000
                            {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
                            {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
                            {0, nullptr}};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "_core",
                          "Compiled kernels as NumPy ufuncs. Private: use ogive.shapes.",
                          0,
                          methods,
                          slots,
                          nullptr,
                          nullptr,
                          nullptr};

}  // namespace

PyMODINIT_FUNC PyInit__core() { return PyModuleDef_Init(&definition); }
