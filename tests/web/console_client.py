"""An operator at the console without a browser: reads pages, and sends the forms that are on them."""

import re
from html import unescape
from html.parser import HTMLParser


class _Page(HTMLParser):
    """The forms of a page, and its words."""

    def __init__(self):
        super().__init__()
        self.forms, self.words, self._form = [], [], None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self._form = {"action": attributes["action"], "fields": {}}
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None:
            self._form["fields"][attributes["name"]] = attributes.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None

    def handle_data(self, data):
        self.words.append(data)


class Operator:
    def __init__(self, house, client):
        self.house = house
        self.client = client

    async def get(self, path, **headers):
        """A page that is there, as text."""
        async with self.client.get(self._at(path), headers=self.house.session | headers) as answer:
            assert answer.status == 200, (path, answer.status, await answer.text())
            return await answer.text()

    async def status(self, path, **headers):
        async with self.client.get(
            self._at(path), headers=self.house.session | headers, allow_redirects=False
        ) as answer:
            return answer.status

    async def says(self, path):
        """The words of a page, without marks and double spaces."""
        page = _Page()
        page.feed(await self.get(path))
        return " ".join(" ".join(page.words).split())

    async def form(self, path, action):
        """The fields of the form that sends to *action*, as the page fills them in."""
        page = _Page()
        page.feed(await self.get(path))
        (form,) = [form for form in page.forms if form["action"].endswith(action)][:1]
        return form["action"], form["fields"]

    async def send(self, path, action, **fields):
        """Fill in a form on a page and send it; what the next page remarks."""
        where, given = await self.form(path, action)
        return await self.post(where, given | fields)

    async def post(self, where, fields):
        headers = self.house.session | {"Origin": self.house.server.address}
        async with self.client.post(self._at(where), data=fields, headers=headers, allow_redirects=False) as answer:
            if answer.status != 303:
                return answer.status
            location = answer.headers["Location"]
        said = re.search(r'<p class="said \w+"[^>]*>(.*?)</p>', await self.get(location))
        return unescape(said[1])

    def _at(self, path):
        return f"{self.house.server.address}{path}"
