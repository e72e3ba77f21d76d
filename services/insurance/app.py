"""Insurance over HTTP: the terms of risk rules."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, FastAPI, Path
from pydantic import BaseModel

from chassis.answer import Answer
from chassis.clock import local_day
from chassis.command_service import CommandService
from chassis.commands import CommandHandler
from chassis.creation import Creation
from chassis.decider import Decider
from chassis.http.answers import CommandAnswer, command_answer
from chassis.http.circumstances import RequestAround
from chassis.http.problems import responses
from chassis.settings import Settings
from contracts.insurance import RuleTermsSet
from contracts.problem import Refusal
from contracts.topics import INSURANCE_RULES
from contracts.values import Slug
from services.insurance import domain, examples
from services.insurance.domain import KNOWN_RULES, Rule, RuleTerms, SetRuleTerms

Handler = CommandHandler[SetRuleTerms, Rule, RuleTermsSet]
RuleSlug = Annotated[Slug, Path(alias="rule", description="slug of a rule")]
DECIDER = Decider(Rule, domain.decide, domain.evolve)


class RuleView(BaseModel):
    """A rule with every version of its terms. None is `in_force` before the first takes effect."""

    rule: str
    summary: str
    in_force: int | None
    versions: list[RuleTermsSet]


def create_app(settings: Settings) -> FastAPI:
    """The service with its parts; call it inside a running event loop."""
    service = CommandService("insurance", settings, INSURANCE_RULES, DECIDER)
    return service.application("On what terms risk rules decide.", rules(service.handler))


def rules(handler: Handler) -> APIRouter:
    """Routes of rules."""
    router = APIRouter(prefix="/v1", tags=["rules"])

    @router.put("/rules/{rule}/terms", responses=responses(400, 404, 409, 413, 422))
    async def set_terms(
        rule: RuleSlug,
        terms: Annotated[RuleTerms, Body(openapi_examples=examples.TERMS)],
        around: RequestAround,
    ) -> CommandAnswer:
        """Give a rule its terms from a day on. The same terms again change nothing."""
        command = SetRuleTerms(rule=rule, **terms.model_dump())
        return command_answer(await _set_terms(handler, command, around))

    @router.get("/rules", responses=responses(422))
    async def show_all(around: RequestAround) -> list[RuleView]:
        """All rules that there are, with and without terms."""
        today = local_day(around.now)
        return [await _view(handler, rule, today) for rule in KNOWN_RULES]

    @router.get("/rules/{rule}", responses=responses(404, 422))
    async def show(rule: RuleSlug, around: RequestAround) -> RuleView:
        """A rule with all versions of its terms, the first one first."""
        domain.check_known(rule)
        return await _view(handler, rule, local_day(around.now))

    return router


async def _set_terms(handler: Handler, command: SetRuleTerms, around: RequestAround) -> Answer:
    """A rule comes to be with its first terms; of two first ones at once, one comes second."""
    id_ = domain.rule_id(command.rule)
    circumstances = around.circumstances(command, local_day(around.now))
    if not await handler.repository.load([id_]):
        creation = Creation(id_, id_, command, circumstances, natural="rule")
        outcome = (await handler.create_many([creation]))[0]
        if isinstance(outcome, Answer):
            return outcome
        if outcome.refusal is not Refusal.CONFLICT:
            raise outcome
    return await handler.execute(id_, command, circumstances)


async def _view(handler: Handler, rule: str, today: date) -> RuleView:
    id_ = domain.rule_id(rule)
    document = (await handler.repository.load([id_])).get(id_)
    known = Rule.model_validate(document.state) if document else Rule(versions=())
    in_force = known.in_force(today)
    return RuleView(
        rule=rule,
        summary=KNOWN_RULES[rule],
        in_force=in_force.rule_version if in_force else None,
        versions=list(known.versions),
    )
