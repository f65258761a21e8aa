from django.urls import path

from store import views

app_name = "store"
urlpatterns = [
    # finding
    path("", views.home, name="home"),
    path("categories/", views.categories, name="categories"),
    path("categories/<slug:slug>/", views.category, name="category"),
    path("search/", views.search_page, name="search"),
    path("suggest/", views.suggest, name="suggest"),
    # one assistant, one creator
    path("a/<slug:slug>/", views.listing, name="listing"),
    path("creators/<slug:handle>/", views.creator, name="creator"),
    # about this site
    path("connect/", views.connect, name="connect"),
    path("privacy/", views.privacy, name="privacy"),
]
