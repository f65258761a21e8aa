from django.urls import path

from widget import views

app_name = "widget"
urlpatterns = [
    # what other websites load
    path("v1.js", views.loader, name="loader"),
    # the creator's page
    path("assistants/<str:assistant_id>/", views.embeds, name="embeds"),
    path("<str:pk>/update/", views.update, name="update"),
    path("<str:pk>/delete/", views.delete, name="delete"),
    # the frame
    path("<str:pk>/", views.frame, name="frame"),
    path("<str:pk>/conversations/", views.start, name="start"),
    path("<str:pk>/conversations/<str:conversation_id>/", views.conversation, name="conversation"),
    path("<str:pk>/conversations/<str:conversation_id>/messages/", views.send, name="send"),
    path("<str:pk>/runs/<str:run_id>/events/", views.events, name="events"),
    path("<str:pk>/runs/<str:run_id>/stop/", views.stop, name="stop"),
    path("<str:pk>/runs/<str:run_id>/retry/", views.retry, name="retry"),
    path("<str:pk>/messages/<str:message_id>/sources/<int:number>/", views.source, name="source"),
]
