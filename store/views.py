"""The store's pages."""

from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from assistants import offers
from assistants.models import Assistant, Offer
from store import leaves, search, services
from store.models import Category, Listing

PANES = 6
RANKS = 10
NEW = 8
RAIL = 6
PAGE = 24
SIMILAR = 4
ORDERS = {
    "popular": ("-people_week", "-people_total", "number"),
    "new": ("-published_at", "-number"),
    "name": ("folded_name", "number"),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The window, the shelves, what people talk to this week, what is new."""
    listings = in_reading_order(Listing.objects.live())
    categories = list(Category.objects.with_counts())
    by_category: dict[str, list[Listing]] = {category.pk: [] for category in categories}
    for listing in listings:
        by_category[listing.category_id].append(listing)
    rails = [(category, by_category[category.pk][:RAIL]) for category in categories if by_category[category.pk]]
    featured = [shelf[0] for _category, shelf in rails][:PANES]
    talked_to = [listing for listing in listings if listing.people_week]
    prefetch_related_objects(featured, "assistant__live_version")  # a pane shows the first starter
    context = {
        "featured": featured,
        "categories": categories,
        "trending": sorted(talked_to, key=lambda listing: -listing.people_week)[:RANKS],
        "newest": Listing.objects.live().order_by(*ORDERS["new"])[:NEW],
        "rails": rails,
    }
    return render(request, "store/home.html", context)


def in_reading_order(listings: QuerySet[Listing]) -> list[Listing]:
    """Those in the reader's language first, the most talked to before others; of the 400 most talked to."""
    language = get_language()
    found = list(listings.order_by(*ORDERS["popular"])[:400])
    return sorted(found, key=lambda listing: (listing.language != language, -listing.people_week))


@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """All shelves."""
    return render(request, "store/categories.html", {"categories": Category.objects.with_counts()})


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """One shelf, page by page."""
    shelf = get_object_or_404(Category.objects.with_counts(), pk=slug)
    sort = request.GET.get("sort", "popular")
    sort = sort if sort in ORDERS else "popular"
    listings = in_language(Listing.objects.live().filter(category=shelf), request)
    page = Paginator(listings.order_by(*ORDERS[sort]), PAGE).get_page(request.GET.get("page"))
    context = {"category": shelf, "listings": page, "sort": sort, "language": request.GET.get("language", "")}
    return render(request, "store/category.html", context)


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Results in bands: by name, by words, by meaning."""
    query = request.GET.get("q", "").strip()[:200]
    chosen = request.GET.get("category", "")
    listings = in_language(Listing.objects.live(), request)
    listings = listings.filter(category=chosen) if chosen else listings
    meaning = services.question_vector(query) if query else None
    bands = search.find(listings, query, meaning) if query else search.Bands()
    context = {
        "query": query,
        "bands": {"name": bands.name, "words": bands.words, "meaning": bands.meaning},
        "count": bands.count,
        "categories": Category.objects.with_counts(),
        "category": chosen,
        "language": request.GET.get("language", ""),
    }
    return render(request, "store/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """A few listings while the person types: names, then meaning."""
    query = request.GET.get("q", "").strip()[:100]
    listings = Listing.objects.live()
    names = search.by_name(listings, query, limit=5)
    meaning = services.question_vector(query) if len(query) > 5 else None
    known = {listing.pk for listing in names}
    near = search.by_meaning(listings, meaning, 5) if meaning else []
    near = [listing for listing in near if listing.pk not in known]
    context = {"query": query, "names": names, "meaning": near[:4]}
    return render(request, "store/suggest.html", context)


@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """One assistant: what it is for, how to begin, what leaves this site."""
    related = ("assistant__live_version", "assistant__knowledge_base")
    found = get_object_or_404(Listing.objects.live().select_related(*related).defer(None), slug=slug)
    definition = found.assistant.definition
    offer = offers.find(definition.model)
    embedding = Offer.objects.for_embedding().first() if definition.capabilities.knowledge else None
    context = {
        "listing": found,
        "definition": definition,
        "version": found.assistant.live_version,
        "versions": found.assistant.versions.exclude(released_at=None)[:5],
        "knowledge": knowledge(found.assistant),
        "offer": offer,
        "is_offline": bool(offer and offer.is_offline),
        "leaves": leaves.rows(offer, embedding),
        "similar": similar(found),
        "chat_url": reverse("conversations:new", args=[found.slug]),
        "is_mine": found.creator_id == request.user.pk,
    }
    return render(request, "store/listing.html", context)


def knowledge(assistant: Assistant) -> dict[str, int]:
    """How much the assistant has read; never which files."""
    files = assistant.knowledge_base.files.filter(state="ready")
    sums = files.aggregate(pages=Sum("pages"), passages=Sum("passages_count"))
    return {"files": files.count(), "pages": sums["pages"] or 0, "passages": sums["passages"] or 0}


def similar(found: Listing) -> list[Listing]:
    """The nearest in meaning; without meaning, neighbours on the shelf."""
    others = Listing.objects.live().exclude(pk=found.pk)
    if found.embedding is not None:
        return search.by_meaning(others, search.Meaning(found.embedding, found.embedder), SIMILAR)
    return list(others.filter(category=found.category)[:SIMILAR])


@require_safe
def creator(request: HttpRequest, handle: str) -> HttpResponse:
    """A creator's shelf."""
    found = get_object_or_404(User.objects.filter(is_active=True), handle=handle)
    listings = Listing.objects.live().filter(creator=found).order_by(*ORDERS["popular"])
    totals = listings.order_by().aggregate(people=Sum("people_total"), conversations=Sum("conversations_total"))
    return render(request, "store/creator.html", {"creator": found, "listings": listings, "totals": totals})


@require_safe
def connect(request: HttpRequest) -> HttpResponse:
    """How to plug in a real model."""
    offer = offers.find("")
    return render(request, "store/connect.html", {"offer": offer, "is_offline": bool(offer and offer.is_offline)})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What we keep, and what goes to the models that this site uses by default."""
    offer, embedding = offers.find(""), Offer.objects.for_embedding().first()
    context = {
        "title": _("What we keep"),
        "offer": offer,
        "is_offline": bool(offer and offer.is_offline),
        "embedding": embedding,
        "embedding_host": leaves.outside(embedding),
    }
    return render(request, "store/privacy.html", context)


def in_language(listings: QuerySet[Listing], request: HttpRequest) -> QuerySet[Listing]:
    """Only one language when the address says so."""
    language = request.GET.get("language", "")
    return listings.filter(language=language) if language in search.CONFIGS else listings
