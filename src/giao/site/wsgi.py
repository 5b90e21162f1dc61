"""The WSGI application: `granian --interface wsgi giao.site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giao.site.settings")
application = get_wsgi_application()

from giao.kernel.ledger import sequencer  # noqa: E402  Django is set up above

sequencer.start()  # events that a killed process left are put in order without waiting for the next one
