"""python -m services.retriever"""

from services.retriever.app import create_app
from shared.worker.server import serve

if __name__ == "__main__":
    serve(create_app())
