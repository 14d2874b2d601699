"""Where a deployment of a test keeps its objects: a folder, or a bucket of an S3 server in this process (moto's)."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

RCLONE = os.environ.get("VIGIE_TEST_RCLONE", "")
REASON = "a bucket was not backed up: VIGIE_TEST_RCLONE names no rclone"
_KEY, _SECRET, _REGION = "key", "secret", "us-east-1"
_PREFIX = "objects"


class Objects(Protocol):
    """Objects as whoever operates a deployment sees them.

    Attributes:
        environment: what the services and an operator's shell need to reach them.
        name: as the handbook's commands call them.
    """

    environment: dict[str, str]
    name: str

    def read(self, key: str) -> bytes:
        """Return an object.

        Raises:
            FileNotFoundError: there is none.
        """
        ...

    def lose(self) -> None:
        """Lose them all."""
        ...


class Folder:
    """Objects in a folder (port: Objects)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = str(folder)
        self.environment = {"VIGIE_OBJECTS_FOLDER": self.name}

    def read(self, key: str) -> bytes:
        return (self._folder / key).read_bytes()

    def lose(self) -> None:
        shutil.rmtree(self._folder)


class Bucket:
    """Objects in a bucket (port: Objects), which rclone reaches as its remote `store`."""

    def __init__(self, endpoint: str, bucket: str) -> None:
        self._bucket = bucket
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=_REGION,
            aws_access_key_id=_KEY,
            aws_secret_access_key=_SECRET,
        )
        self._client.create_bucket(Bucket=bucket)
        self.name = f"store:{bucket}/{_PREFIX}"
        self.environment = {
            "VIGIE_OBJECTS_S3_URL": f"s3://{bucket}/{_PREFIX}",
            "VIGIE_OBJECTS_S3_ENDPOINT": endpoint,
            "VIGIE_OBJECTS_S3_REGION": _REGION,
            "VIGIE_OBJECTS_S3_ACCESS_KEY_ID": _KEY,
            "VIGIE_OBJECTS_S3_SECRET_ACCESS_KEY": _SECRET,
            "RCLONE_CONFIG_STORE_TYPE": "s3",
            "RCLONE_CONFIG_STORE_PROVIDER": "Other",
            "RCLONE_CONFIG_STORE_ENDPOINT": endpoint,
            "RCLONE_CONFIG_STORE_REGION": _REGION,
            "RCLONE_CONFIG_STORE_ACCESS_KEY_ID": _KEY,
            "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY": _SECRET,
        }

    def read(self, key: str) -> bytes:
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=f"{_PREFIX}/{key}")
        except ClientError as error:
            raise FileNotFoundError(key) from error
        content: bytes = found["Body"].read()
        return content

    def lose(self) -> None:
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
            for each in page.get("Contents", ()):
                self._client.delete_object(Bucket=self._bucket, Key=each["Key"])

    def count(self) -> int:
        """Return how many objects there are."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        return sum(page["KeyCount"] for page in pages)


@contextmanager
def bucket() -> Iterator[Bucket]:
    """Serve a bucket for as long as this lasts."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield Bucket(f"http://{host}:{port}", "vigie")
    finally:
        server.stop()
