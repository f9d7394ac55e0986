"""Where evidence, bundles and reports are kept: a local folder, or S3-compatible storage.

Several machines share files through the second: AWS S3, MinIO, Ceph, and the object storages
of Chinese providers that speak the same protocol. Nothing in the bucket is public: readers get
files from the product's own views, which ask for permission first.
"""

from typing import Any

from environs import Env

LOCAL = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
# What is larger goes through a temporary file instead of memory.
_IN_MEMORY_BYTES = 8 * 1024 * 1024
_PATIENCE_SECONDS = 10


def file_storage(env: Env) -> dict[str, Any]:
    """The entry of Django's ``STORAGES`` that the environment asks for.

    ``LIANPING_S3_BUCKET`` chooses object storage. Credentials are found where boto3 looks for
    them: ``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``, or the machine's own role.
    """
    bucket = env.str("LIANPING_S3_BUCKET", "")
    if not bucket:
        return LOCAL
    from botocore.config import Config  # takes longer to load than all of these settings

    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.str("LIANPING_S3_ENDPOINT", "") or None,
            "region_name": env.str("LIANPING_S3_REGION", "") or None,
            # Never the bucket itself: what else lies there is none of the product's, and files
            # that no row names are removed from here.
            "location": env.str("LIANPING_S3_PREFIX", "") or "lianping",
            "default_acl": None,
            "file_overwrite": False,
            "max_memory_size": _IN_MEMORY_BYTES,
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": env.str("LIANPING_S3_ADDRESSING", "auto")},
                # Only AWS itself understands the checksums that boto3 adds otherwise.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=_PATIENCE_SECONDS,
                read_timeout=3 * _PATIENCE_SECONDS,
                retries={"mode": "standard", "max_attempts": 3},
            ),
        },
    }
