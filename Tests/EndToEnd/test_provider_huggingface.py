"""What is Hugging Face's alone: answers are pictures, and a model that is being loaded says for how long."""

from support.checks import openai_error
from support.pictures import PICTURE
from support.providers.gateway_cases import Case, edit, pictures, route, start
from support.providers.huggingface import HuggingFaceService
from support.providers.service import picture_of

DRAWING = Case("huggingface", HuggingFaceService, "black-forest-labs/FLUX.1-schnell")
EDITING = Case("huggingface", HuggingFaceService, "black-forest-labs/FLUX.1-Kontext-dev")


def test_the_picture_can_be_had_as_it_is(house):
    service = start(house, DRAWING)
    gateway = route(house, DRAWING, service)
    reply = gateway.generate("made", headers={"Accept": "image/*"})
    assert reply.body == picture_of("a lighthouse") and reply.headers["content-type"] == "image/png"
    assert service.journal[0].target == "/hf-inference/models/black-forest-labs/FLUX.1-schnell"


def test_a_size_is_sent_in_pixels(house):
    service = start(house, DRAWING)
    assert route(house, DRAWING, service).generate("made", size="1536x1024", seed=7).status == 200
    assert service.sales[0].fields["parameters"] == {"width": 1536, "height": 1024, "seed": 7}


def test_an_edit_names_its_prompt_beside_the_picture(house):
    service = start(house, EDITING)
    gateway = route(house, EDITING, service)
    assert pictures(edit(gateway, PICTURE, size="1024x1024"), gateway) == [picture_of("a harbour")]
    assert service.sales[0].fields["parameters"] == {
        "prompt": "a harbour",
        "target_size": {"width": 1024, "height": 1024},
    }


def test_a_model_that_is_being_loaded_says_when_to_come_back(house):
    service = start(house, DRAWING)
    service.fail_next("capacity")
    reply = route(house, DRAWING, service).generate("made")
    openai_error(reply, 503)
    assert 15 <= int(reply.headers["retry-after"]) <= 20


def test_a_mask_is_nothing_that_this_service_takes(house):
    service = start(house, EDITING)
    error = openai_error(edit(route(house, EDITING, service), mask=PICTURE), 400)
    assert error["param"] == "mask" and not service.journal
