"""Complaints and lighter cases, each as far as its plot says: from the first word to the review."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from portal.demo import complaint_moves as moves
from portal.demo.story import Story
from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole


def filed(story: Story) -> None:
    """Filed by the customer, or taken on the phone; nobody has judged it yet (rule C1)."""
    by_phone = story.script.get("phone", False)
    by = _carer(story) if by_phone else story.buyer
    story.soon(by, moves.take if by_phone else moves.complain, alone=True)
    if "reply" in story.script:
        story.soon(_carer(story), moves.reply, minutes=25)
    if "major" in story.script:
        story.soon(_service(story), moves.make_major, minutes=20)
    if "note" in story.script:
        story.soon(_carer(story), moves.note, minutes=5)


def asked(story: Story) -> None:
    """We wait for photos or a batch number (rule C5)."""
    filed(story)
    story.soon(_carer(story), moves.ask, minutes=15)


def judged(story: Story) -> None:
    filed(story)
    story.soon(_carer(story), moves.judge, minutes=30)


def unfounded(story: Story) -> None:
    """Explained with tact; the customer has confirmed it (rule C3)."""
    filed(story)
    story.then(_carer(story), moves.explain_unfounded, hours=1)
    if "open" not in story.script:
        story.then(story.buyer, moves.confirm, hours=3)


def looked_into(story: Story) -> None:
    """The same batch was looked for, perhaps tested; the finding is final (rules C5, C6)."""
    judged(story)
    quality = _of_role(story, StaffRole.QUALITY_INSPECTION)
    if "category" in story.script and story.script["category"] == "quality":
        story.then(quality, moves.look, hours=0.3)
        if "sample" in story.script:
            story.then(quality, moves.sample, hours=1)
    if "called_back" in story.script:
        story.then(_service(story), moves.call_goods_back, hours=0.3)
    story.then(quality, moves.find, hours=1)


def not_ours(story: Story) -> None:
    """Not our fault: explained (rule C6)."""
    looked_into(story)
    story.then(_carer(story), moves.explain, hours=0.5)
    story.then(story.buyer, moves.confirm, hours=4)


def proposed(story: Story) -> None:
    looked_into(story)
    story.then(_carer(story), moves.propose, hours=0.5)


def chosen(story: Story) -> None:
    """Chosen; who has to allow the compensation has not all said so (rule C7)."""
    proposed(story)
    story.then(_service(story), moves.choose, hours=0.5)


def told(story: Story) -> None:
    """Carried out and told; the customer has not reacted yet (rule C8)."""
    chosen(story)
    for role in story.script.get("approvers", ()):
        story.then(_another(story, StaffRole(role)), moves.approve, hours=0.5)
    story.then(_carer(story), moves.carry_out, hours=6)


def closed(story: Story) -> None:
    """Confirmed by the customer, summed up, asked after (rules C8, C11)."""
    told(story)
    _confirmed(story)


def objected(story: Story) -> None:
    """The customer objects; what is proposed next is open (rule C8)."""
    told(story)
    story.then(story.buyer, moves.object_to, hours=3)


def cured(story: Story) -> None:
    """With a corrective action that was verified before it closed (rule C9)."""
    _with_action(story)
    quality, service = _of_role(story, StaffRole.QUALITY_INSPECTION), _service(story)
    story.then(service, moves.do_steps, hours=30)
    story.at += timedelta(days=27)
    story.then(quality, moves.check_action, hours=9)
    head = _of_role(story, StaffRole.MANAGEMENT_REPRESENTATIVE)
    story.then(head, moves.verify_action, hours=5)
    _after(story)


def being_cured(story: Story) -> None:
    """Its corrective action is planned and holds the closing (rule C9)."""
    _with_action(story)


def at_dealers(story: Story) -> None:
    """Given to a dealer, supervised (rule C4)."""
    judged(story)
    story.soon(_carer(story), moves.give_to_dealer, minutes=30)


def failed_dealer(story: Story) -> None:
    """The dealer failed: ours again at the dealer's cost, and put right (rule C4)."""
    at_dealers(story)
    story.then(_service(story), moves.dealer_fails, hours=26)
    story.then(_of_role(story, StaffRole.QUALITY_INSPECTION), moves.find, hours=1)
    story.then(_carer(story), moves.propose, hours=0.5)
    story.then(_service(story), moves.choose, hours=0.5)
    story.then(_carer(story), moves.carry_out, hours=8)
    _confirmed(story)


def answered(story: Story) -> None:
    """A lighter case with its answer (rule C15)."""
    filed(story)
    story.then(_carer(story), moves.answer, hours=2)
    if "open" not in story.script:
        story.then(story.buyer, moves.settle, hours=3)


def withdrawn(story: Story) -> None:
    filed(story)
    story.then(story.buyer, moves.withdraw, hours=2)


def dealer(story: Story) -> None:
    """A dealer of ours."""
    story.soon(_service(story), moves.name_dealer)


def _with_action(story: Story) -> None:
    looked_into(story)
    service = _service(story)
    quality = _of_role(story, StaffRole.QUALITY_INSPECTION)
    story.then(service, moves.demand, hours=0.2)
    story.then(service, moves.open_action, hours=0.5)
    story.then(_carer(story), moves.propose, hours=0.5)
    story.then(service, moves.choose, hours=0.5)
    for role in story.script.get("approvers", ()):
        story.then(_another(story, StaffRole(role)), moves.approve, hours=0.5)
    story.then(_carer(story), moves.carry_out, hours=6)
    story.then(story.buyer, moves.confirm, hours=3)
    story.then(quality, moves.analyse_action, hours=8)
    story.then(quality, moves.plan_action, hours=2)


def _confirmed(story: Story) -> None:
    story.then(story.buyer, moves.confirm, hours=4)
    _after(story)


def _after(story: Story) -> None:
    if "summary" in story.script:
        story.then(_service(story), moves.sum_up, hours=2)
    if "satisfaction" in story.script:
        story.then(_carer(story), moves.follow_up, hours=20)


def _carer(story: Story) -> Actor:
    return _of_role(story, StaffRole.AFTER_SALES)


def _service(story: Story) -> Actor:
    return _of_role(story, StaffRole.SERVICE_SUPERVISOR)


def _of_role(story: Story, role: StaffRole) -> Actor:
    """Somebody with this role, of the branch that serves the customer if it has one."""
    able = [actor for actor in story.cast.staff.values() if actor.role is role]
    branch = story.customer.branch.id
    return next((actor for actor in able if actor.branch_id == branch), able[0])


def _another(story: Story, role: StaffRole) -> Actor:
    """The last one with this role: nobody allows what they proposed themselves (rule C7)."""
    return [actor for actor in story.cast.staff.values() if actor.role is role][-1]


COMPLAINT_PLOTS: Mapping[str, Callable[[Story], None]] = {
    "answered": answered,
    "asked_back": asked,
    "at_dealers": at_dealers,
    "being_cured": being_cured,
    "chosen": chosen,
    "closed_case": closed,
    "cured": cured,
    "dealer": dealer,
    "failed_dealer": failed_dealer,
    "filed": filed,
    "judged": judged,
    "looked_into": looked_into,
    "not_ours": not_ours,
    "objected": objected,
    "proposed": proposed,
    "told": told,
    "unfounded": unfounded,
    "withdrawn_case": withdrawn,
}
