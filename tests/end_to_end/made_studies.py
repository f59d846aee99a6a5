"""Small studies that several tests write, each with its tables made by the test."""

# One table of customers with a label, in groups.
CUSTOMERS = """
[study]
name = "Line"
time_zone = "UTC"
[table.customers]
role = "customer"
files = ["customers.csv"]
customer_key = "customer"
[table.customers.columns]
customer = { type = "text" }
left = { type = "text" }
charge = { type = "money", unit = "EUR" }
country = { type = "text" }
[churn]
kind = "label"
table = "customers"
column = "left"
positive = ["yes"]
[split]
kind = "customer"
[groups]
"""

# Purchases of articles, in patterns.
PURCHASES = """
[study]
name = "Shop"
time_zone = "UTC"
[table.purchases]
role = "event"
topic = "purchase"
files = ["purchases.csv"]
customer_key = "customer"
event_time = "day"
amount = "amount"
[table.purchases.columns]
customer = { type = "text" }
day = { type = "day", date_format = "yyyy-MM-dd" }
article = { type = "text" }
amount = { type = "money" }
[churn]
kind = "inactivity"
table = "purchases"
inactive_days = 30
[cutoffs]
every_months = 1
[patterns]
item = "article"
"""

# Purchases with a known end, and what winning a customer costs.
SHOP = """
[study]
name = "Shop"
time_zone = "UTC"
entity = "customer"
[table.purchases]
role = "event"
topic = "purchase"
files = ["purchases.csv"]
customer_key = "customer"
event_time = "day"
amount = "amount"
kind = "item"
complete_until = 2024-01-31
[table.purchases.columns]
customer = { type = "text", mark = "identifier" }
day = { type = "day", date_format = "yyyy-MM-dd" }
amount = { type = "money", unit = "EUR" }
item = { type = "text" }
[churn]
kind = "inactivity"
table = "purchases"
inactive_days = 60
[cutoffs]
every_months = 1
[value]
table = "purchases"
acquisition_cost = 10
"""

# Yearly contracts.
POLICIES = """
[study]
name = "Motor"
time_zone = "UTC"
entity = "contract"
[table.policies]
role = "contract"
files = ["policies.csv"]
customer_key = "policy"
contract_key = "policy"
start = "from"
end = "to"
amount = "premium"
complete_until = 2024-06-30
[table.policies.columns]
policy = { type = "text", mark = "identifier" }
from = { type = "day", date_format = "yyyy-MM-dd" }
to = { type = "day", date_format = "yyyy-MM-dd" }
premium = { type = "money", unit = "EUR" }
area = { type = "text" }
[churn]
kind = "contractual"
table = "policies"
[cutoffs]
before_end_days = [30]
"""


def with_columns(study, *lines):
    """The study with more columns of its table, or others for those it has."""
    for line in lines:
        name = line.split(" = ")[0]
        study = "\n".join(old for old in study.split("\n") if not old.startswith(f"{name} = {{"))
        head, rest = study.split(".columns]\n", 1)
        study = f"{head}.columns]\n{line}\n{rest}"
    return study


def purchases(lines):
    return "customer,day,amount,item\n" + "\n".join(lines) + "\n"
