"""The lists of the rule editor's form: conditions, rewards, steps with rewards."""

from app.http.condition_form import CONDITIONS
from app.http.form_tree import FormTree, Rows, Tree

NEW_REWARD: Tree = {"kind": "points_fixed"}
REWARDS = Rows(NEW_REWARD)
RULE_TREE = FormTree(
    {
        "c": CONDITIONS,
        "r": REWARDS,
        "l": Rows(
            {"per": "meeting", "of": "times", "most": "", "period": ""},
            other={"pot": {"per": "person", "of": "times", "most": "", "period": "month"}},
        ),
        "s": Rows({"measure": "", "weight": "1", "per": ""}),
        "k": Rows({"products": "", "categories": "", "quantity": "1"}),
        "t": Rows({"from": "", "r": [NEW_REWARD]}, inner={"r": REWARDS}),
    }
)
