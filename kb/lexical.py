"""Word search: BM25 over whole items."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Self

import tantivy

MAX_QUERY_WORDS = 64  # more words than these cost time and add nothing: the vector sees 256 tokens as well
FIELDS = ("names", "body")
WRITING = 20_000_000  # bytes that tantivy may hold before it writes a segment; the least it takes is 15 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What is searched of one item: its title and aliases in `names`, its passages in `body`; and whom it is for."""

    item: int
    audience: str
    names: str
    body: str


class LexicalIndex:
    """BM25 over whole items (tantivy, in memory, English stemming). Each one sees a state that stays as it is."""

    def __init__(self, texts: Iterable[Text]) -> None:
        """Take the texts of all items."""
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("item", fast=True, indexed=True)
        for field in FIELDS: builder.add_text_field(field, tokenizer_name="en_stem", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        self._write(texts)

    def changed(self, gone: Collection[int], texts: Iterable[Text]) -> Self:
        """One without some items and with others; this one goes on showing what it showed."""
        later = object.__new__(type(self))
        later._schema, later._index = self._schema, self._index
        later._write(texts, gone)
        return later

    def _write(self, texts: Iterable[Text], gone: Collection[int] = ()) -> None:
        writer = self._index.writer(heap_size=WRITING, num_threads=1)
        for item in gone: writer.delete_documents_by_term("item", item)
        for text in texts:
            writer.add_document(tantivy.Document(item=text.item, names=text.names, body=text.body))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, text: str, count: int, also: Collection[int] = ()) -> dict[int, float]:
        """BM25 by item id of the best `count` items, and of those in `also`; empty when no word is known."""
        query = words(text)
        if not query: return {}
        parsed = self._index.parse_query(" ".join(query), list(FIELDS))
        best = self._scores(parsed, count)
        others = [item for item in also if item not in best]
        return best | self._scores(self._among(parsed, others), len(others))

    def _scores(self, query: tantivy.Query, count: int) -> dict[int, float]:
        if not count: return {}
        hits = self._searcher.search(query, count, count=False).hits
        items = self._searcher.fast_field_values("item", [address for _, address in hits])
        return {int(item or 0): float(score) for item, (score, _) in zip(items, hits, strict=True)}

    def _among(self, query: tantivy.Query, items: Collection[int]) -> tantivy.Query:
        chosen = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._schema, "item", list(items)), 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, chosen)])


def words(text: str) -> list[str]:
    """The words of a question, lower case (so that none is a query operator), each once."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", text.lower())))[:MAX_QUERY_WORDS]
