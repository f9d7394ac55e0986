"""Files in S3-compatible storage: a real server speaks the protocol, on loopback."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from environs import Env
from moto.server import ThreadedMotoServer

from accounts.stored_files import orphans, removed_on_rollback
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.services import attach_evidence, open_collection
from config.object_storage import LOCAL, file_storage
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions import files

BUCKET = "lianping-files"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of a server with one empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "key")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        address = f"http://{host}:{port}"
        boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(
            Bucket=BUCKET
        )
        yield address
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Storage:
    """The product's files as the environment of several machines asks for them."""
    monkeypatch.setenv("LIANPING_S3_BUCKET", BUCKET)
    monkeypatch.setenv("LIANPING_S3_ENDPOINT", endpoint)
    monkeypatch.setenv("LIANPING_S3_REGION", "us-east-1")
    monkeypatch.setenv("LIANPING_S3_PREFIX", "region-a")
    settings.STORAGES = {**settings.STORAGES, "default": file_storage(Env())}
    return default_storage


@pytest.fixture
def attached(bucket: Storage, cast: Cast) -> Evidence:
    """A file on the form of the cast's locality."""
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    return attach_evidence(
        submission=Submission.objects.get(cycle=cast.cycle, locality=cast.locality),
        indicator="S1",
        upload=SimpleUploadedFile("制度.pdf", files.PDF),
        by=cast.contributor,
        at=NOW,
    )


def test_files_stay_local_unless_a_bucket_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIANPING_S3_BUCKET", raising=False)
    assert file_storage(Env()) == LOCAL


def test_a_name_is_never_used_twice(bucket: Storage) -> None:
    first = bucket.save("bundles/one.zip", ContentFile(b"1"))
    second = bucket.save("bundles/one.zip", ContentFile(b"2"))
    assert first != second
    with bucket.open(first) as one, bucket.open(second) as two:
        assert (one.read(), two.read()) == (b"1", b"2")


def test_a_file_goes_with_the_transaction_that_failed(bucket: Storage) -> None:
    def store_and_fail() -> None:
        with removed_on_rollback(bucket, "evidence/lost.pdf"):
            bucket.save("evidence/lost.pdf", ContentFile(files.PDF))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        store_and_fail()
    assert not bucket.exists("evidence/lost.pdf")


@pytest.mark.django_db
def test_files_that_no_row_names_are_found(bucket: Storage) -> None:
    name = bucket.save("evidence/ab/orphan.pdf", ContentFile(files.PDF))
    assert name in orphans(before=timezone.now() + timedelta(minutes=1))
    assert name not in orphans(before=timezone.now() - timedelta(days=1))


def test_readers_get_the_file_through_the_product(attached: Evidence, cast: Cast) -> None:
    address = reverse("submissions:evidence", args=[attached.pk])
    answer = cast.client("contributor").get(address)
    assert b"".join(answer.streaming_content) == files.PDF
    assert Client().get(address).status_code == 302


def test_a_file_the_storage_has_lost_is_named(attached: Evidence, cast: Cast) -> None:
    attached.file.storage.delete(attached.file.name or "")
    client = cast.client("contributor")
    client.raise_request_exception = False
    answer = client.get(
        reverse("submissions:evidence", args=[attached.pk]), headers={"accept-language": "en"}
    )
    assert answer.status_code == 500
    assert "“制度.pdf” is registered, but the storage no longer has it" in answer.text
