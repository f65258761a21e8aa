from django.urls import path

from conversations import views

app_name = "conversations"
urlpatterns = [
    # conversations
    path("c/", views.index, name="index"),
    path("c/new/<slug:slug>/", views.new, name="new"),
    path("c/start/<slug:slug>/", views.start, name="start"),
    path("c/<str:pk>/", views.chat, name="chat"),
    path("c/<str:pk>/messages/", views.send, name="send"),
    path("c/<str:pk>/title/", views.title, name="title"),
    # runs
    path("runs/<str:pk>/events/", views.events, name="events"),
    path("runs/<str:pk>/stop/", views.stop, name="stop"),
    path("runs/<str:pk>/retry/", views.retry, name="retry"),
    # sources
    path("messages/<str:pk>/sources/<int:number>/", views.source, name="source"),
    # the creator's own draft
    path("preview/<str:pk>/", views.preview, name="preview"),
    path("preview/<str:pk>/start/", views.start_preview, name="start_preview"),
]
