"""The page of flow figures as Streamlit runs it: samples, an empty desk, wrong links, and the core's numbers."""

import datetime as dt
import json
import re

import pytest

from core import datafiles
from core.desk.opening import open_store
from core.flow.forecast import when_done
from core.flow.kept import Kept
from core.flow.offering import offers
from core.flow.throughput import desk_began, samples, weekly
from core.flow.times import ageing, cycle_times, expectation, pace, scatter, to_chase
from core.flow.waiting import waited
from core.flow.wanted import Wanted
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration.ranking import ranked
from pages.parts.flow import chart as flow_chart
from pages.parts.flow import figure_captions as flow_figure
from tests.pages import NOW, register
from tests.test_pages import HOSTILE, everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")
TODAY = dt.date(2026, 11, 21)


def shown(app):
    """Return all that is read on the page, as it is read."""
    said = [everything(app), *(f"{metric.value} {metric.delta}" for metric in app.metric)]
    return re.sub(r"[\\\u2060*]", "", "\n".join(said)).replace("\u00a0", " ")


def charts(app):
    """Return the figures of the page by their names."""
    found = {}
    for element in app.get("plotly_chart"):
        name = element.proto.id.split("flow_chart_")[1].split("_")[0]
        found[name] = json.loads(element.proto.spec)
    return found


def items():
    return Kept(open_store()).items(datafiles.tariff())


def room(app, id, language=POLISH):
    """Open a room of the page: today, trends or cumulative."""
    app.session_state[f"flow_rooms_{language.code}"] = language.text(f"flow.room.{id}")
    app.run()
    assert not app.exception, app.exception
    return app


def cumulative_room(app, language=POLISH):
    return room(app, "cumulative", language)


def trends(language=POLISH, **query):
    return room(open_page("flow", language, **query), "trends", language)


# -- the samples


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_every_figure_of_the_samples_is_drawn_and_says_what_it_is_made_of(sampled, language):
    app = open_page("flow", language)
    assert set(charts(app)) == {"ageing", "loads"}
    assert len(app.subheader) == 3 and all(head.help for head in app.subheader)
    assert language.text("samples.said", count=60) in shown(app)
    assert len(re.findall(r"(?m)^n = ", shown(app))) == 3
    assert "flow." not in everything(app) and not app.error
    # Only what the open room shows is worked out.
    assert set(charts(room(app, "trends", language))) == {"cycle", "weekly", "wip"}
    assert len(app.subheader) == 7 and all(head.help for head in app.subheader)
    # One for each head, and one for the lead time.
    assert len(re.findall(r"(?m)^n = ", shown(app))) == 8
    assert "flow." not in everything(app) and not app.error
    cumulative = cumulative_room(app, language)
    assert set(charts(cumulative)) == {"cumulative"} and len(cumulative.subheader) == 1
    assert "flow." not in everything(cumulative)


def test_numbers_are_the_core_s(sampled):
    app, found = open_page("flow"), items()
    dots = [ref for trace in charts(app)["ageing"]["data"] for ref in trace["customdata"]]
    assert sorted(dots) == sorted(i.ref for i in found if i.in_progress)
    free = offers(open_store().snapshot(), datafiles.capacity(), datafiles.process(), NOW, domains=1)
    assert [POLISH.value(load.day) in shown(app) for load in free] == [True] * len(free) and len(free) == 10
    text = shown(room(app, "trends"))
    times, promised, waits = cycle_times(found), expectation(found), waited(found, NOW)
    assert f"85 % w {promised.days} dni" in text and f"ostatnie 30: 87 % ({promised.within} z 30)" in text
    for percent, days in times.of.items():
        assert f"{percent} %]  \n{days} dni" in text
    assert f"Na nas, razem {round(waits.total.us / dt.timedelta(days=1))} dni" in text
    in_progress = sum(i.in_progress for i in found)
    for percent, day in when_done(samples(found, TODAY, desk_began(found)), in_progress, TODAY).by.items():
        assert f"{percent} %]  \n{POLISH.value(day)}" in text
    assert [sum(charts(app)["weekly"]["data"][n]["y"]) for n in (0, 1)] == [49, 34]


def test_whom_to_see_to_first_is_named_with_the_reason(sampled):
    app, every = open_page("flow"), items()
    desk = ranked(open_store().snapshot(), datafiles.process(), NOW)
    found = to_chase(ageing(every, pace(every), TODAY).items, desk)[:5]
    # The first of the board and of Start is the first here, as far as it is in progress.
    refs = {i.ref for i in every if i.in_progress}
    assert found[0].item.ref == next(one.migration.ref for one in desk if one.migration.ref in refs)
    links = [link for link in app.get("page_link") if "ref=" in link.proto.query_string]
    assert [link.proto.query_string for link in links] == [f"ref={aged.item.ref}" for aged in found] and found
    assert f"{found[0].age} dni, zwykle najwyżej" in shown(app)


def test_promise_that_is_nobodys_own_is_not_judged_and_a_full_desk_is_told(sampled):
    text = shown(trends())
    assert "Tyle trwały dotąd" in text and "mieszczą się" not in text
    given = open_page("flow", days="40")
    assert "Ostatnie migracje mieszczą się w tym czasie" in shown(given)
    weeks = weekly(items(), TODAY, 5).weeks[:-1]
    busy = sum(i.in_progress for i in items()) * 28 > 14 * sum(week.finished for week in weeks)
    assert busy == any("w tym tempie" in warning.value for warning in open_page("flow", days="14").warning)


@pytest.mark.parametrize(
    ("field", "answer", "where"),
    [("items", "migracji (prawdopodobieństwo)", "trends"), ("domains", "zajmuje", "today")],
)
def test_no_answer_stands_below_a_question_that_does_not_read(sampled, field, answer, where):
    assert answer in shown(room(open_page("flow"), where))
    assert answer not in shown(room(open_page("flow", **{field: "abc"}), where))


def test_link_that_asks_what_trends_answer_opens_them(sampled):
    for query in ({"items": "7"}, {"percent": "x"}, {"by": "2026-12-31"}):
        assert "cycle" in charts(open_page("flow", **query))
    assert "cycle" not in charts(open_page("flow", domains="7"))


@pytest.mark.parametrize(
    "texts", [{"items": "000000001" + "9" * 30}, {"days": "1" * 5000}, {"until": "9999-12-31"}, {"since": "0001-01-01"}]
)
def test_numbers_and_days_without_end_in_a_link_are_told_at_once(sampled, texts):
    app = open_page("flow", **texts)
    assert len(app.error) == 1 and not cumulative_room(app).exception


def test_mark_beyond_a_band_has_another_shape_as_well_as_another_colour(sampled):
    traces = {trace["name"]: trace["marker"] for trace in charts(open_page("flow"))["ageing"]["data"]}
    assert len(traces) == 3 == len({marker["symbol"] for marker in traces.values()})


def test_too_many_dots_are_not_drawn_but_counted_and_it_is_said(sampled, monkeypatch):
    monkeypatch.setattr(flow_figure, "DRAWN", 5)
    app = open_page("flow")
    drawn = {
        name: [ref for trace in chart["data"] for ref in trace.get("customdata", ())]
        for name, chart in charts(app).items()
    }
    assert "n = 18 · pasma: n = 34 przeniesionych · na wykresie 5 najpilniejszych" in shown(app)
    room(app, "trends")
    drawn["cycle"] = [ref for trace in charts(app)["cycle"]["data"] for ref in trace.get("customdata", ())]
    found = items()
    assert sorted(drawn["cycle"]) == sorted(i.ref for i in scatter(found)[-5:])
    assert sorted(drawn["ageing"]) == sorted(aged.item.ref for aged in ageing(found, pace(found), TODAY).items[:5])
    assert "n = 34 · na wykresie 5 ostatnich" in shown(app)


def test_filters_reach_the_address_and_every_figure(sampled):
    app = open_page("flow")
    app.selectbox(key="flow_pl_owner").select("anna").run()
    assert app.query_params["owner"] == "anna" and not app.exception
    app.selectbox(key="flow_pl_size").select("1-1").run()
    app.text_input(key="flow_pl_since").input("1.10.26").run()
    assert app.text_input(key="flow_pl_since").value == "01.10.2026"
    assert (app.query_params["size"], app.query_params["since"]) == ("1-1", "2026-10-01")
    wanted = Wanted(size=(1, 1), owner="anna", since=dt.date(2026, 10, 1))
    of = wanted.of(items())
    closed, cancelled = sum(not i.open and not i.dropped for i in of), sum(i.dropped for i in of)
    counts = f"otwarte {sum(i.open for i in of)}, zamknięte {closed}, anulowane {cancelled}"
    assert shown(app).count(f"{counts}; przeniesione {len(wanted.finished(items()))}") == 1
    dots = [ref for trace in charts(app).get("ageing", {"data": []})["data"] for ref in trace["customdata"]]
    assert sorted(dots) == sorted(i.ref for i in of if i.in_progress)
    app.button(key="flow_clear").click().run()
    assert not {"size", "owner", "since"} & set(app.query_params) and "60 migracji z 60" in shown(app)


def test_questions_reach_the_address_and_stay_in_the_other_room(sampled):
    app = open_page("flow", ENGLISH)
    app.text_input(key="flow_en_domains").input("12").run()
    assert "12 domains take 3 places" in shown(app)
    room(app, "trends", ENGLISH)
    for field, text in (("percent", "50"), ("items", "3")):
        app.text_input(key=f"flow_en_{field}").input(text).run()
    assert "50% in 11 days" in shown(app) and "When 3 migrations will be done" in shown(app)
    cumulative_room(app, ENGLISH)
    assert [app.query_params[field] for field in ("percent", "items", "domains")] == ["50", "3", "12"]
    room(app, "trends", ENGLISH)
    assert app.text_input(key="flow_en_items").value == "3" and "50% in 11 days" in shown(app)
    room(app, "today", ENGLISH)
    assert app.text_input(key="flow_en_domains").value == "12" and "12 domains take 3 places" in shown(app)


# -- too little, and wrong


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_empty_desk_says_instead_of_each_figure_that_there_is_too_little(language):
    app = open_page("flow", language)
    assert set(charts(app)) == {"loads"}
    text = shown(app) + shown(room(app, "trends", language))
    assert not charts(app) and not app.metric
    assert text.count(language.text("flow.too_few", needed=5, count=0)) == 4  # bands, times, expectation, lead time
    assert text.count(language.text("flow.none_active", needed=5, count=0).split(":")[1]) == 2
    for id in ("nothing_in_progress", "nothing_open", "weekly.none", "waiting.none"):
        assert language.text(f"flow.{id}") in text
    assert language.text("flow.cumulative.none") in shown(cumulative_room(app, language))


WRONG = {
    "size": "9-9", "owner": "nikt", "group": "chmura", "since": "31.13.2026", "until": "2026-02-30",
    "percent": "100", "days": "x", "items": "0", "domains": "-1", "by": "2020-01-01",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_every_wrong_value_of_a_link_is_told_by_its_field_and_stays_until_it_is_changed(sampled, language):
    app = open_page("flow", language, **WRONG)
    said = "\n".join(error.value for error in app.error).replace("\\", "")
    assert len(app.error) == len(WRONG)
    for field, text in WRONG.items():
        assert language.field(f"flow.{field}") in said and text in said
    assert {field: app.query_params[field] for field in WRONG} == WRONG
    assert len(charts(app)) == 3
    app.selectbox(key=f"flow_{language.code}_size").select("2-5").run()
    app.text_input(key=f"flow_{language.code}_days").input("20").run()
    assert {field: app.query_params[field] for field in WRONG} == {**WRONG, "size": "2-5", "days": "20"}
    assert len(app.error) == len(WRONG) - 2


def test_period_the_wrong_way_round_is_told_and_the_first_day_counts(sampled):
    app = open_page("flow", since="2026-10-01", until="2026-09-01")
    assert "to wcześniej niż pierwszy dzień" in app.error[0].value
    assert f"przeniesione {len(Wanted(since=dt.date(2026, 10, 1)).finished(items()))}" in shown(app)
    cumulative_room(app)
    assert "Od 01.10.2026 do 21.11.2026" in shown(app)


@pytest.mark.parametrize("period", [{"since": "2030-01-01"}, {"until": "1999-01-01"}])
def test_period_without_any_day_is_said(sampled, period):
    app = cumulative_room(open_page("flow", **period))
    assert not charts(app) and "nie ma dni do pokazania" in shown(app)


def test_names_from_outside_are_text(store):
    register(store, client=HOSTILE, owner="anna", planned_at=dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC))
    app = open_page("flow")
    (hover,) = [text for trace in charts(app)["loads"]["data"] for text in trace.get("hovertext", ())]
    assert "&lt;script&gt;alert" in hover and "<script>" not in hover
    assert all("<script>" not in element.value for element in (*app.markdown, *app.caption))


def test_owner_who_left_the_team_is_an_option_and_his_name_text(store):
    register(store, owner="**x**")
    app = open_page("flow", owner="**x**")
    assert not app.error and "1 migracja z 1" in shown(app)


def test_click_leads_to_the_migration_or_to_the_stage_on_the_board():
    assert flow_chart._target("P-1", None) == ("pages/migration.py", {"ref": "P-1"})
    board = {"view": "table", "stage": "dns", "owner": "anna"}
    assert flow_chart._target("dns", {"owner": "anna"}) == ("pages/board.py", board)


def test_broken_capacity_is_told(monkeypatch):
    from core.flow.capacity import parse_capacity

    monkeypatch.setattr(datafiles, "capacity", lambda: parse_capacity("working_day = -1"))
    app = open_page("flow")
    assert "data/capacity.toml" in app.error[0].value and not charts(app)


def test_filters_and_questions_live_on_after_a_switch_of_language_in_either_room(sampled):
    app = cumulative_room(open_page("flow", owner="anna", items="7"))
    app.radio(key="lang").set_value("English").run()
    assert not app.exception and app.selectbox(key="flow_en_owner").value == "anna"
    assert (app.query_params["owner"], app.query_params["items"]) == ("anna", "7")
    assert set(charts(app)) == {"cumulative"}
    room(app, "trends", ENGLISH)
    assert app.text_input(key="flow_en_items").value == "7"


def test_day_that_is_none_is_told_with_the_last_of_its_month_and_nothing_else_is_lost(sampled):
    app = trends(since="2026-10-01")
    app.text_input(key="flow_pl_days").input("20").run()
    app.text_input(key="flow_pl_until").input("30.02.2027").run()
    (error,) = app.error
    assert "30.02.2027" in error.value.replace("\\", "") and "28.02.2027" in error.value.replace("\\", "")
    assert [app.text_input(key=f"flow_pl_{name}").value for name in ("since", "until", "days")] == [
        *("01.10.2026", "30.02.2027", "20")
    ]
    app.text_input(key="flow_pl_until").input("28 lut 2027").run()
    assert not app.error and app.query_params["until"] == "2027-02-28"
