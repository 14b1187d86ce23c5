"""What the floors below say to a person, listed so that translators get it; ``wording`` looks it up.

Each entry repeats the English of its source; ``%(name)s`` stands for what the source fills in. A test
fails when a source no longer says what stands here.
"""

from django.utils.translation import gettext_noop as _

LABELS = (
    # assetdb.models and generators.models: choices
    *(_("Image"), _("Other"), _("Received"), _("Ready"), _("Unreadable"), _("Quarantined")),
    *(_("Not needed"), _("Waiting for review"), _("Approved"), _("Rejected")),
    *(_("Everyone in the library"), _("Only me and those I share with")),
    *(_("Uploaded"), _("Imported"), _("Generated")),
    *(_("Show AI content"), _("Hide AI content"), _("Only AI content")),
    *(_("Viewer"), _("Editor"), _("Reviewer"), _("Admin")),
    *(_("Queued"), _("Running"), _("Done"), _("Failed"), _("Cancelled")),
    *(_("Generating"), _("Checking"), _("Published")),
    *(_("Planned"), _("Made"), _("Passed its checks"), _("Failed a check"), _("Chosen")),
    # assetdb.rights
    *(_("Unknown"), _("CC0 1.0, no rights reserved"), _("All rights reserved")),
    # webapp.webhooks
    *(_("Waiting"), _("Delivered"), _("Given up")),
    *(_("The receiver answered that it is gone (410)"), _("The receiver failed for three days")),
    # generators.checks: names
    *(_("technical"), _("fidelity"), _("duplicate")),
)

COLOURS = (
    *(_("red"), _("orange"), _("yellow"), _("green"), _("blue"), _("purple"), _("pink"), _("brown"), _("black")),
    *(_("white"), _("grey")),
)

ARRANGED = (
    *(_("on"), _("in"), _("beside"), _("above"), _("behind"), _("between"), _("around")),
    *(_("under"), _("in front of")),
    *(_("sky"), _("night"), _("sea"), _("underwater"), _("meadow"), _("sunset"), _("snow"), _("sand")),
)

GROUPS = (
    # indexer.tagging: groups of the vocabulary
    *(_("activities"), _("animals"), _("arrows"), _("art and media"), _("body and gestures"), _("buildings")),
    *(_("celebrations"), _("clothing"), _("colour"), _("composition"), _("education"), _("faces")),
    *(_("faces and emotion"), _("fantasy"), _("flags"), _("food and drink"), _("games and toys"), _("health")),
    *(_("household"), _("industry"), _("money and business"), _("mood"), _("music and sound"), _("nature")),
    *(_("numbers and letters"), _("objects"), _("office"), _("people"), _("places"), _("plants")),
    *(_("professions"), _("religion"), _("safety"), _("science"), _("season"), _("shapes")),
    *(_("signs and symbols"), _("sports"), _("style"), _("symbols"), _("technology"), _("tools"), _("transport")),
    *(_("travel and places"), _("weather and sky")),
)

PHRASES = (
    # What “There is no such …” names
    *(_("asset"), _("collection"), _("picture"), _("run"), _("tag"), _("tag on this asset")),
    # What one may not do
    *(_("approve"), _("change the vocabulary"), _("change who sees it"), _("delete it for good")),
    *(_("have something made"), _("reject"), _("review"), _("review what was generated")),
    *(_("stop what somebody else asked for"), _("upload")),
    *(_("account"), _("import"), _("token"), _("link"), _("candidate"), _("suggestion"), _("asset in this collection")),
    *(_("webhook"), _("delivery"), _("version"), _("file")),
    *(_("its host or its port cannot be read"), _("it begins with https:// and a host")),
    _("it may not hold a user, a password, a # or a zone"),
    _("write it in ASCII, without spaces and in %(most)s characters at most"),
    *(_("make a collection"), _("make accounts"), _("change what others may do"), _("shut accounts out")),
    *(_("look at accounts"), _("change the settings"), _("choose for what somebody else asked for")),
    # Other insertions
    *(_("here already"), _("among the candidates"), _("of no known kind")),
    *(_("is named “%(name)s”"), _("was declared as %(type)s")),
)

SENTENCES = (
    # assetdb.versions, assetdb.collections
    _("This is in the trash. Restore it first."),
    _("This waits for a review, or failed it. Decide on it first."),
    _("This file is an asset of its own already: “%(name)s”. Use that one, or delete it for good first."),
    _("The file was swept away meanwhile. Upload it again."),
    _("Only the owner of a collection opens it to others. Ask them, or collect your own."),
    # generators.gaps
    _("You have had %(most)s pictures made within a day, and nobody may have more. Go on tomorrow."),
    # indexer.search: verdicts
    _("The library has this."),
    _("Something comes close; not sure of %(listed)s."),
    _("Something comes close."),
    _("Nothing here shows all of it. The nearest lacks %(listed)s."),
    _("Nothing here shows %(listed)s."),
    _("Nothing here fits."),
    _("The library has pictures like this."),
    _("Nothing here looks like this."),
    _("Nothing looks just like it; these are the nearest."),
    _("Queries are understood in English and Chinese, and no title or tag here has these words."),
    _(
        "This looks like a photograph, and the encoder in use knows illustrations, icons and emoji only, so it "
        "cannot be compared. An administrator can switch to a pretrained CLIP: manage.py use_encoder."
    ),
    # assetdb: what is refused
    _("There is no such %(what)s, or you may not see it."),
    _("It takes the role “%(role)s” to %(to)s."),
    _("You may see this asset but not change it. Ask its owner or an editor."),
    _("Only an asset's owner or an admin may %(to)s."),
    _("Only what is in the trash can be deleted for good."),
    _("“%(value)s” is no value for %(field)s."),
    _("%(field)s must be text of at most %(longest)s characters."),
    _("“%(code)s” is no licence known here. Use one of: %(known)s; or leave it empty."),
    _("The source must be an address that begins with http:// or https://."),
    _("The credits of the parts are over 500 characters. Use fewer parts."),
    _("%(licences)s cannot be used in one picture. Choose other parts, or state their rights on the asset's page."),
    _(
        "%(licences)s does not allow new pictures to be made from it. Choose other parts, or state their rights on "
        "the asset's page."
    ),
    _(
        "The library's storage does not work at the moment (%(reason)s). Nothing was changed; try again later, "
        "and tell whoever runs this library if it stays."
    ),
    _("You may look at this collection but not change it. Ask its owner."),
    _("Collections stand in each other %(deepest)s deep at most."),
    _("Only the owner of a collection may delete it."),
    _("There is no person or group called “%(name)s”."),
    _("The owner of a collection may do everything already."),
    _("A saved search fills itself. Choose a collection that is kept by hand."),
    _("Give the collection a name."),
    _("A collection cannot stand in itself or in one that stands in it."),
    _("The link cannot be made so. A label has 100 characters at most, a password 200."),
    _("The link would be over already. Choose a later day."),
    _("Ask whoever sent it for a new one."),
    _("Say which licence or which credit the pictures get."),
    _("At most %(most)s assets can be changed at once. Choose fewer."),
    _("A username has 1 to 150 characters: letters, digits and @ . + - _ only."),
    _("There is an account “%(name)s” already. Choose another username."),
    _("This is the only admin. Make somebody else an admin first, or nobody could administer the library."),
    _("This candidate failed a check. Choose one that passed them."),
    _("This link is for looking only. Ask whoever sent it for the files."),
    _("This link asks for a password. Open it in a browser and give it there."),
    # assetdb: why a file is not taken, or not read
    _("The file is over %(limit)s MB. Upload a smaller one, or raise LACUNA_UPLOAD_LIMIT."),
    _("The file has no content. Check the original and upload it again."),
    _("The file is %(what)s. Pictures may be JPEG, PNG, WebP, GIF or SVG."),
    _("Pictures may be JPEG, PNG, WebP, GIF or SVG."),
    _("The content is %(type)s, but the file %(said)s. Give it its true name and upload it again."),
    _("The file is named as %(named)s but is %(type)s."),
    _("Reading was broken off %(times)s times. Upload the file again to retry."),
    _("Reading the file took over %(seconds)s seconds and was stopped."),
    _("Reading the file ended the decoder, or needed more memory than it may use."),
    _("The storage no longer has the original. Restore it from a backup or upload it again."),
    _("The file needs more memory than a decode may use."),
    _("The file is damaged and cannot be shown. Check the original and upload it again."),
    _("The picture is over %(limit)s megapixels. Upload a smaller one."),
    _("The file begins like a %(format)s picture but is none."),
    _(
        "%(frames)s frames of %(width)s × %(height)s are over the budget of %(limit)s megapixels. Upload a shorter "
        "or smaller animation."
    ),
    _("The picture cannot be made at the moment. Try again in a minute."),
    _("The picture is cut short or damaged. Check the original and upload it again."),
    _("The SVG cannot be drawn: %(error)s"),
    _("An SVG may have %(limit)s MB at most."),
    _("The SVG declares entities, which are not read. Save it as plain SVG and upload it again."),
    _("The SVG is not well-formed: %(error)s"),
    _("The file is XML, but not an SVG picture."),
    _("The SVG's width and height make no picture that could be shown."),
    _("This account is shut out. Let it in first."),
    _("This import is over already."),
    _("This import is not over, or it is done."),
    # assetdb: notes on a file
    _("Shown by the first of its %(frames)s frames."),
    _("Metadata over 1 MB was left out."),
    _("The EXIF data is damaged and was left out."),
    _("Scripts and embedded documents in the SVG were left out of the picture."),
    _("References to files outside the SVG were left out of the picture."),
    # assetdb.outside and webapp.webhooks
    _("This is no address that can be called: %(said)s."),
    _("Use https: what is sent names what is in the library."),
    _(
        "“%(host)s” is not a public address, so the library does not call it. Whoever runs the library can allow "
        "the host in LACUNA_WEBHOOK_HOSTS."
    ),
    _("There are %(most)s webhooks already. Delete one first."),
    _("This webhook is switched off. Switch it on first."),
    _("“%(name)s” is no event. Known: %(known)s."),
    _("Say which events the webhook is to be told of."),
    _("Answered %(status)s; redirects are not followed."),
    _("No connection in time."),
    _("No answer in time."),
    _("No connection: %(error)s."),
    _("The connection broke: %(error)s."),
    # indexer
    _("It is tried again each minute: %(type)s: %(error)s"),
    # generators: checks
    _("The file could not be read back."),
    _("It is only %(side)s px large."),
    _("It is blank."),
    _("It can be read, %(width)s × %(height)s px."),
    _("The picture shows all that was asked for."),
    _("The picture does not clearly show %(listed)s."),
    _("Each part is there, but the whole is not convincing."),
    _("It is the very same file as one that is %(repeats)s."),
    _("It looks just like a picture that is here already."),
    _("Nothing here looks the same."),
    # generators: runs
    _("Making %(count)s candidates"),
    _("Checking what was made"),
    _("Trying again with new seeds"),
    _("Waiting for a reviewer"),
    _("Found by its picture alone"),
    _("Nothing made was good enough."),
    _("The chosen candidate was deleted meanwhile. Ask again."),
    _("This run is not under way any more."),
    _("This run is still under way."),
    _("This run does not wait for a review."),
    _("The asset was deleted before it could be published."),
    _("The index is behind. The proof is tried again in a minute."),
    _("Published, the picture alone did not answer “%(query)s”, so it was taken back."),
    # generators: what cannot be made
    _("Say what is to be made."),
    _("The library has this already."),
    _("Nothing here makes assets of kind “%(kind)s”."),
    _("This installation has no maker “%(maker)s” any more."),
    _("The composer has no illustration of %(listed)s it may build on."),
    _("Name the thing to be made, such as “purple elephant”."),
    _("The composer reads English and Chinese."),
    _("The composer puts at most %(most)s different things together."),
    _("The composer draws at most %(most)s of each thing."),
    _("The composer draws at most %(most)s things in all."),
    _("The composer follows two places within each other, such as “on … under …”."),
    _("It takes three or more to be around another, such as “six birds around a tree”."),
    _("Say which two it is between, such as “between a dog and a tree”."),
    _("A part of the picture is gone or may no longer be used. Try again."),
    _("A part of the picture cannot be read: %(error)s"),
    _("A part of the picture has no size."),
    _("A part of the picture cannot be drawn: %(error)s"),
    _("A part of the picture is empty."),
    _("No image model is set up (LACUNA_DIFFUSION_MODEL)."),
    _("Describe the picture to be made."),
    _("The image model was replaced since this was planned. Ask again."),
    _("The device ran out of memory. Use a smaller size or model."),
    _("The image model %(model)s cannot be loaded: %(error)s"),
)
