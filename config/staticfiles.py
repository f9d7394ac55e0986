"""Serves the few files of npm packages that the pages use, and no others."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import apps
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesConfig(apps.StaticFilesConfig):
    """Django's app, leaving out what packages bring and no page of the product loads."""

    ignore_patterns = [
        *apps.StaticFilesConfig.ignore_patterns,
        "redoc*",
        "swagger-ui-es-bundle*",
        "swagger-ui.js*",
        "rest_framework",  # the browsable API is not offered
    ]


class PackageFilesFinder(BaseFinder):
    """Finds the files listed in ``settings.PACKAGE_FILES`` (served path → path in node_modules).

    Whole ``dist`` folders make ``collectstatic`` many times slower and publish files
    that nobody asked for; hence a list.
    """

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Nothing to check: a missing file fails loudly in ``collectstatic``."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the absolute path of a listed file, or an empty list."""
        source = settings.PACKAGE_FILES.get(path)
        if source is None:
            return []
        found = str(Path(settings.NODE_MODULES) / source)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield (source path, storage) of every listed file for ``collectstatic``."""
        for served, source in settings.PACKAGE_FILES.items():
            storage = _Renamed(Path(settings.NODE_MODULES), {served: source})
            yield served, storage


class _Renamed(FileSystemStorage):
    """A storage in which a file answers to the address it is served under."""

    def __init__(self, location: Path, names: dict[str, str]) -> None:
        super().__init__(location=str(location))
        self._names = names

    def path(self, name: str) -> str:
        return super().path(self._names.get(name, name))


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names that change with the content, also where one script of ours imports another.

    Packages are left as they come: some import files they do not bring.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", HashedFilesMixin._js_module_import_aggregation_patterns[1]),  # type: ignore[attr-defined]
    )
