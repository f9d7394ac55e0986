"""How gunicorn serves the product; every value that a site may differ in is a variable."""

import os

bind = os.environ.get("LIANPING_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("LIANPING_WEB_PROCESSES", "1"))
threads = int(os.environ.get("LIANPING_WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 10
keepalive = 5
# A process that has served many requests is replaced, one at a time, before leaks can matter.
max_requests = 20000
max_requests_jitter = 2000
loglevel = os.environ.get("LIANPING_LOG_LEVEL", "warning").lower()
accesslog = "-" if os.environ.get("LIANPING_ACCESS_LOG") else None
# The proxy in front is trusted for the scheme and the caller's address, nobody else is.
forwarded_allow_ips = os.environ.get("LIANPING_PROXY_ADDRESSES", "127.0.0.1")
control_socket_disable = True
