"""The web door: what a request meets before Streamlit does, as plain ASGI, and what every answer bears.

`asgi.py` hangs it; nothing in here knows Streamlit.
"""

__all__ = ["guard", "response_headers", "upload_guard"]
