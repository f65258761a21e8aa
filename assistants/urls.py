from django.urls import path

from assistants.views import ask, builder, files, pictures

app_name = "assistants"
urlpatterns = [
    # mine
    path("", builder.index, name="index"),
    path("new/", builder.create, name="create"),
    # one draft
    path("<str:pk>/edit/", builder.edit, name="edit"),
    path("<str:pk>/save/", builder.save, name="save"),
    path("<str:pk>/publish/", builder.publish, name="publish"),
    path("<str:pk>/withdraw/", builder.withdraw, name="withdraw"),
    path("<str:pk>/delete/", builder.delete, name="delete"),
    # its picture
    path("<str:pk>/avatar.webp", pictures.avatar, name="avatar"),
    path("<str:pk>/avatar/", pictures.set_avatar, name="set_avatar"),
    path("<str:pk>/avatar/remove/", pictures.remove_avatar, name="remove_avatar"),
    # its knowledge
    path("<str:pk>/files/", files.files, name="files"),
    path("<str:pk>/files/<str:file>/remove/", files.remove_file, name="remove_file"),
    path("<str:pk>/files/<str:file>/retry/", files.retry_file, name="retry_file"),
    path("<str:pk>/ask/", ask.ask_files, name="ask_files"),
]
