"""What a recording of the product's own screens says about how its API is spoken to.

In: the bytes of a HAR file. Out: a :class:`~toolkit.platform.teaching.proposal.Proposal` of settings,
each part with the recorded calls that it rests on and what remains unsure. No text of the recording gets
further than ``har`` unless it is a plain word: a person's texts, ids and secrets are marks that are equal or
not.
"""
