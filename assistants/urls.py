from django.urls import path

from assistants import views

app_name = "assistants"
urlpatterns = [
    # mine
    path("", views.index, name="index"),
    path("new/", views.create, name="create"),
    # one draft
    path("<str:pk>/edit/", views.edit, name="edit"),
    path("<str:pk>/save/", views.save, name="save"),
    path("<str:pk>/publish/", views.publish, name="publish"),
    path("<str:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:pk>/delete/", views.delete, name="delete"),
    # its picture
    path("<str:pk>/avatar.webp", views.avatar, name="avatar"),
    path("<str:pk>/avatar/", views.set_avatar, name="set_avatar"),
    path("<str:pk>/avatar/remove/", views.remove_avatar, name="remove_avatar"),
    # its knowledge
    path("<str:pk>/files/", views.files, name="files"),
    path("<str:pk>/files/<str:file>/remove/", views.remove_file, name="remove_file"),
    path("<str:pk>/files/<str:file>/retry/", views.retry_file, name="retry_file"),
    path("<str:pk>/ask/", views.ask_files, name="ask_files"),
]
