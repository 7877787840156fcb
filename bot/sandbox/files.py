"""Files that people and the app share: small ones, kept whole."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

from bot.sandbox.errors import SlackError

if TYPE_CHECKING:
    from bot.sandbox.ids import Ids, Json
    from bot.sandbox.store import Store

MOST_BYTES = 32 * 1024 * 1024  # a file of the sandbox; Slack takes 1 GB


class Files:
    """Every file by id, and the uploads that are not finished."""

    def __init__(self, store: Store, ids: Ids, base_url: str) -> None:
        self._store = store
        self._ids = ids
        self._base_url = base_url
        self._uploads: dict[str, Json] = {}
        self.meta: dict[str, Json] = {}
        self._data: dict[str, bytes] = {}
        for key, body, data in store.all("file"):
            self.meta[key], self._data[key] = body, data or b""

    def clear(self) -> None:
        """Forget every file."""
        for part in (self._uploads, self.meta, self._data):
            part.clear()

    def get(self, file_id: str) -> Json:
        """What is known about a file."""
        if (found := self.meta.get(file_id)) is None:
            raise SlackError("file_not_found")
        return found

    def data(self, file_id: str) -> bytes:
        """A file's bytes."""
        self.get(file_id)
        return self._data[file_id]

    def add(self, *, name: str, data: bytes, user: str, mimetype: str = "", created: int = 0) -> Json:
        """Keep a file and answer what is known about it."""
        return self._keep(self._ids.named("F"), name=name, data=data, user=user, mimetype=mimetype, created=created)

    def _keep(self, file_id: str, *, name: str, data: bytes, user: str, mimetype: str, created: int) -> Json:
        kind = mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
        address = f"{self._base_url}/files-pri/{file_id}/{name.replace('/', '_')}"
        meta: Json = {
            "id": file_id, "created": created, "timestamp": created, "name": name, "title": name, "mimetype": kind,
            "filetype": name.rpartition(".")[2].lower() if "." in name else "text", "pretty_type": kind, "user": user,
            "size": len(data), "mode": "hosted", "is_external": False, "is_public": False, "editable": False,
            "url_private": address, "url_private_download": address,
            "permalink": f"{self._base_url}/files/{user}/{file_id}/{address.rpartition('/')[2]}",
        }
        self.meta[file_id], self._data[file_id] = meta, data
        self._store.put("file", file_id, meta, data)
        return meta

    def expect(self, *, name: str, size: int) -> tuple[str, str]:
        """Start an upload: the url for its bytes, and the file's id."""
        if size > MOST_BYTES:
            raise SlackError("file_upload_size_restricted")
        file_id = self._ids.named("F")
        self._uploads[file_id] = {"name": name, "data": None}
        return f"{self._base_url}/upload/{file_id}", file_id

    def receive(self, file_id: str, data: bytes) -> None:
        """The bytes of an upload."""
        if file_id not in self._uploads or len(data) > MOST_BYTES:
            raise SlackError("file_not_found", status=404)
        self._uploads[file_id]["data"] = data

    def complete(self, file_id: str, *, title: str, user: str, created: int) -> Json:
        """Finish an upload whose bytes have come."""
        upload = self._uploads.get(file_id)
        if upload is None or upload["data"] is None:
            raise SlackError("file_not_found")
        del self._uploads[file_id]
        meta = self._keep(file_id, name=upload["name"], data=upload["data"], user=user, mimetype="", created=created)
        meta["title"] = title or meta["name"]
        return meta
