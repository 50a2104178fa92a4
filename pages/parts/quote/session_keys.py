"""What the session keeps of the calculator, key by key."""

UNREAD = "_quote_unread"
"""What a link had that no field could hold, by field."""

SETTLED = "_quote_settled"
"""The form's texts when all its days last read: what follows from a change is seen beside them."""

OPENED = "_quote_link"
"""The link that the form was opened with."""

BY_HAND = "_quote_by_hand"
"""There once the fields of what is agreed by hand were opened."""

EXAMPLE = "_quote_example"
"""The fields that are still the example's."""

SUBSCRIPTION = "_quote_subscription"
"""The number of the subscription that the form was filled in from."""

SUBSCRIPTION_SEEN = "_quote_subscription_link"
"""The visit, and the link, at which the address was last asked for a subscription."""

SUBSCRIPTION_PICKED = "_quote_subscription_picked"
"""There from a tap on a subscription to the run of the page that follows it."""

SUBSCRIPTION_HELD = "_quote_subscription_held"
"""What the base has of the subscription, beside what was asked for."""

EXTRAS = "_extras"
"""What is typed beside the rules; it goes into no address and no link."""

OFFER = "_offer"
"""What is typed into the form of the offer: it goes into no address, link, log or history."""

PREVIEW = "_offer_preview"
"""Whether the picture of the offer is asked for."""

EARLIER = "_earlier_link"
"""The pasted link of an earlier quote."""

CLICKED = "_quote_curve_clicked"
"""How many clicks the curve has had, and the day of the last one."""
