"""Tell people and other systems what happened: in the application, by e-mail, by webhook.

    notify([lan], "work_ready", {"name": "incidents.csv"}, key="import:7", engagement=engagement, link="/e/desk/upload")

Everything is enqueued in the caller's transaction, at least once, under a key: who receives it twice can see that it is one.
A room adds its own messages with `words.add_messages`. The format of webhooks: docs/webhooks.md.
"""
