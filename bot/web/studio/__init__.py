"""The studio: where editors look after the knowledge base. Server-rendered; every right is checked by the use cases."""
