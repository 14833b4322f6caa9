"""Addresses of room carry under /desk/."""

from django.urls import path

from legation.desk.carry.views import deliveries, jobs

app_name = "carry"
urlpatterns = [
    path("jobs/", jobs.JobList.as_view(), name="jobs"),
    path("jobs/<int:pk>/", jobs.JobDetail.as_view(), name="job"),
    path("jobs/<int:pk>/retry/", jobs.JobRetry.as_view(), name="retry_job"),
    path("jobs/<int:pk>/cancel/", jobs.JobCancel.as_view(), name="cancel_job"),
    path("deliveries/", deliveries.DeliveryList.as_view(), name="deliveries"),
    path("deliveries/<int:pk>/", deliveries.DeliveryDetail.as_view(), name="delivery"),
    path("deliveries/<int:pk>/content/", deliveries.DeliveryContent.as_view(), name="delivery_content"),
    path("deliveries/<int:pk>/retry/", deliveries.DeliveryRetry.as_view(), name="retry_delivery"),
    path("deliveries/<int:pk>/cancel/", deliveries.DeliveryCancel.as_view(), name="cancel_delivery"),
]
