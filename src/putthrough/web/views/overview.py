"""The comms lead's page: how it stands, how the last weeks went, and the list behind each figure."""

from __future__ import annotations

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from putthrough.directory import access
from putthrough.directory.queries import teams
from putthrough.oversight.figures import queries
from putthrough.web.doors import viewer
from putthrough.web.screens.overview import FIGURE_WORDS, asked, listed, mean, page

_HEADINGS = ("From", "To", "Team", "Began", "Answered first", "Closed", "Average wait", "Average times passed on")


def overview(request: HttpRequest) -> HttpResponse:
    access.require(viewer(request), "see_overview")
    return render(request, "web/overview.html", page(viewer(request)))


def behind(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    access.require(user, "see_overview")
    try:
        of = asked(request.GET.dict())
    except (KeyError, ValueError) as error:
        raise Http404("There is no such figure. Open the list from the overview.") from error
    return render(request, "web/overview_list.html", listed(request, user, of, request.GET.get("after", "")))


def download(request: HttpRequest) -> HttpResponse:
    """Both periods by team, as the page has them; nothing in it is about a person."""
    names = {team.pk: team.name for team in teams()}
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="overview.csv"'
    writer = csv.writer(response)
    writer.writerow(_HEADINGS)
    for period in queries.periods(viewer(request), last=queries.today()):
        rows = [(_plain(names.get(team, "Renamed or removed")), sums) for team, sums in period.teams.items()]
        for name, sums in [*sorted(rows, key=lambda row: row[0]), ("All teams", period.total)]:
            numbers = [getattr(sums, figure) for figure in FIGURE_WORDS]
            writer.writerow([period.first, period.last, name, *numbers, mean(sums, "waiting"), mean(sums, "passes")])
    return response


def _plain(name: str) -> str:
    """A name that a spreadsheet would take for a formula stays a name."""
    return f"'{name}" if name[:1] in "=+-@" else name
