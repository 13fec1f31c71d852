"""The daemon: audio in, committed words and a grounded draft note out."""

import os

# onnxruntime's wheels (1.32 at least) carry a telemetry client that keeps a database below XDG_CACHE_HOME and wants to
# report to its maker.  It reads this when it is imported, so it is set before anything of ours can import it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# numpy's OpenBLAS keeps a thread a core that waits by spinning after every product.  Our products are small, and what
# decodes needs those cores (benchmarks/NOTES.md).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
