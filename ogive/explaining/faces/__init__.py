"""One derivation, many faces: text, Markdown, LaTeX, HTML with MathML, JSON, SVG."""
