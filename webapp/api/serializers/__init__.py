"""How things are written down for programs, and what they may send: one file a thing."""

from webapp.api.serializers.assets import AssetChange, AssetSerializer, Upload
from webapp.api.serializers.common import ErrorSerializer, ProblemSerializer, Strict, body
from webapp.api.serializers.generations import CandidateSerializer, Rejection, RunDetail, RunRequest, RunSerializer
from webapp.api.serializers.search import AnswerSerializer, HitSerializer
from webapp.api.serializers.tags import AssetTagSerializer, TagChange, TagDecision, TagSerializer

__all__ = [
    "AnswerSerializer",
    "AssetChange",
    "AssetSerializer",
    "AssetTagSerializer",
    "CandidateSerializer",
    "ErrorSerializer",
    "HitSerializer",
    "ProblemSerializer",
    "Rejection",
    "RunDetail",
    "RunRequest",
    "RunSerializer",
    "Strict",
    "TagChange",
    "TagDecision",
    "TagSerializer",
    "Upload",
    "body",
]
