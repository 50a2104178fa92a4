"""The offer: a priced quote as a document for a customer, in Polish or English.

A quote, a customer and our company make an offer (what is offered, to whom, until when); the offer in words is a
document; the document is printed (pdf). The lines alone go into a CSV or a workbook (lines).
"""
