"""The door of programs: JSON in and out, problems as problem+json, everything described.

Blueprints of the API are `ApiBlueprint`s; the same strict schemas as forms read what arrives, the
same services do it. Whoever asks bears a token, never a cookie, so no form guard is needed.
"""

import hashlib
from collections.abc import Callable
from typing import Any, NoReturn

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response, current_app, request
from flask_limiter.util import get_remote_address
from flask_smorest import Api, Blueprint
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from app.http.api_spec import (
    BEARER,
    COMMON_PROBLEMS,
    IDEMPOTENCY_HEADER,
    INFO,
    KEY_GRAMMAR,
    KEY_PARAMETER,
    SECURITY_SCHEMES,
    ProblemAnswer,
    name_of_schema,
    our_fields,
    problem_response,
)
from app.http.auth import current_actor
from app.http.fields import Cents, Count, Flag, Part
from app.http.forms import flatten, posted
from app.http.words import say
from app.http.work import writing
from app.infra import idempotency
from app.infra.extensions import csrf, limiter
from app.infra.uow import UnitOfWork
from app.kernel.errors import Invalid
from app.kernel.words import N_

API = "convive_api"
"""Key in `app.extensions`."""
BY_ONE_BEARER = "600 per minute"
FROM_ONE_PLACE = "3000 per minute"
LOOKING = {"GET", "HEAD"}
NUMBER = N_("Send a number without quotation marks.")
NAMED_FIELDS = N_("Send a set of named fields.")
YES_OR_NO = N_("Send true or false.")
KEY_NEEDED = N_("Send a key of your own: 8 to 100 letters, digits, - or _.")


# ---------------------------------------------------------------------------- reading requests


class JsonParser(FlaskParser):
    """Strict JSON for bodies, our words for what is wrong with them."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}  # noqa: RUF012 -- webargs reads it

    def load_json(self, req: Any, schema: Schema) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return {}
        if not req.is_json:
            raise UnsupportedMediaType
        try:
            found = current_app.json.loads(body)
        except ValueError:
            raise BadRequest from None
        if not isinstance(found, dict):
            raise Invalid({"_form": [say(NAMED_FIELDS)]})
        _must_be_plain(schema, found)
        return found

    def load_querystring(self, req: Any, schema: Schema) -> Any:
        """What is blank in a form is left out; a program that sends a blank number is told."""
        blank = {name: value for name, value in req.args.items() if not value}
        return {**posted(MultiDict(req.args)), **blank}

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        by_place = error.normalized_messages()  # type: ignore[no-untyped-call]
        found: dict[str, list[Any]] = {}
        for messages in by_place.values():
            found |= flatten(messages)
        raise Invalid(found)


def _must_be_plain(schema: Schema, found: dict[str, Any]) -> None:
    """Numbers are numbers and answers booleans: programs need not type as people do."""
    for name, value in found.items():
        field = schema.fields.get(name)
        if isinstance(field, Cents | Count) and isinstance(value, str):
            raise Invalid({name: [say(NUMBER)]})
        if isinstance(field, Flag) and isinstance(value, str):
            raise Invalid({name: [say(YES_OR_NO)]})
        if isinstance(field, Part) and isinstance(value, dict):
            _must_be_plain(field.schema, value)


# --------------------------------------------------------------------------------- blueprints


def _bearer() -> str:
    """Whose requests are counted together, without the token being kept."""
    token = request.headers.get("Authorization", "")
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest() if token else _place()


def _place() -> str:
    return str(get_remote_address())


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """Routes of one subject, with what the description says of them."""

    ARGUMENTS_PARSER = JsonParser()

    def __init__(self, name: str, label: str, *, about: str = "", by: str | None = BEARER) -> None:
        super().__init__(name, name, url_prefix="/api", description=about)
        self.label, self.by = label, by
        self._prepare_doc_cbks.append(self._tell_problems)
        self.after_request(_finish)
        limiter.shared_limit(BY_ONE_BEARER, "api bearer", key_func=_bearer)(self)
        limiter.shared_limit(FROM_ONE_PLACE, "api place", key_func=_place)(self)
        csrf.exempt(self)

    def _store_endpoint_docs(
        self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any
    ) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, [self.label], **options)
        for doc in self._docs[endpoint].values():
            if isinstance(doc, dict):
                doc.setdefault("manual_doc", {}).setdefault("operationId", endpoint)

    def _tell_problems(self, doc: dict[str, Any], _info: Any, **_: Any) -> dict[str, Any]:
        responses = doc.setdefault("responses", {})
        for status in list(responses):
            if isinstance(responses[status], str):  # webargs' own, told better below
                del responses[status]
        for status, response in COMMON_PROBLEMS.items():
            responses.setdefault(status, response)
        doc["security"] = [{self.by: []}] if self.by else []
        return doc


def takes_key(view: Callable[..., Any]) -> Callable[..., Any]:
    """Says in the description that the route takes an Idempotency-Key; see `writing_once`."""
    view._apidoc = {  # type: ignore[attr-defined]
        **getattr(view, "_apidoc", {}),
        "manual_doc": {"parameters": [KEY_PARAMETER]},
    }
    return view


def writing_once(
    schema: type[Schema], work: Callable[[UnitOfWork], Any], *, status: int = 200
) -> Response:
    """One use case for one Idempotency-Key: asked again, the stored answer, byte for byte.

    What `work` returns is put into the schema's form and kept in the same transaction.
    """
    asked = idempotency.Request(
        actor=current_actor().label,
        route=f"{request.endpoint} {request.path}",
        key=_key(),
        body=request.get_data(cache=True),
    )

    def once(uow: UnitOfWork) -> idempotency.Answer:
        before = idempotency.answer_to(uow, asked)
        if before is not None:
            return before
        told = schema().dump(work(uow))
        answer = idempotency.Answer(status, current_app.json.dumps(told).encode())
        idempotency.keep_answer(uow, asked, answer)
        return answer

    answer = writing(once)
    return Response(answer.content, answer.status, mimetype="application/json")


def _key() -> str:
    key = request.headers.get(IDEMPOTENCY_HEADER, "")
    if not KEY_GRAMMAR.fullmatch(key):
        raise Invalid({IDEMPOTENCY_HEADER: [say(KEY_NEEDED)]})
    return key


def _finish(response: Response) -> Response:
    """A reader who has this answer already is told so in few bytes."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if request.method in LOOKING and response.status_code == 200:
        response.add_etag()
        response.make_conditional(request)
    return response


# ------------------------------------------------------------------------------- the whole of it


class JsonApi(Api):  # type: ignore[misc]
    """Describes; refusals stay with `app.http.problems`, for the whole application."""

    ERROR_SCHEMA = ProblemAnswer
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """None: HTML pages keep their own."""

    def _register_doc_blueprint(self) -> None:
        """None: see `app.http.api_docs`."""

    def add(self, blueprint: ApiBlueprint) -> None:
        self._app.register_blueprint(blueprint)
        blueprint.register_views_in_doc(
            self, self._app, self.spec, name=blueprint.name, parameters=None
        )
        if blueprint.description:  # a second blueprint of one subject has none
            self.spec.tag({"name": blueprint.label, "description": blueprint.description})


def install(app: Flask, *blueprints: ApiBlueprint) -> None:
    api = JsonApi()
    plugin = MarshmallowPlugin(schema_name_resolver=name_of_schema)
    api.init_app(app, spec_kwargs={**INFO, "marshmallow_plugin": plugin})
    assert plugin.converter is not None
    plugin.converter.attribute_functions.remove(plugin.converter.field2default)  # ours, not theirs
    plugin.converter.add_attribute_function(our_fields)  # type: ignore[no-untyped-call]
    for name, scheme in SECURITY_SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    for status, response in COMMON_PROBLEMS.items():
        api.spec.components.response(response, problem_response(status))
    for blueprint in blueprints:
        api.add(blueprint)
    app.extensions[API] = api
