import Media

extension RunwayModel {
    /// By the service's own types of its requests.
    static let known = images.merging(videos) { $1 }

    private static let images: [String: RunwayModel] = [
        "gen4_image_turbo": gen4Image.with { $0.images = 1...3 }, "gen4_image": gen4Image,
        "gpt_image_2": gptImage.with { $0.qualities = ["low", "medium", "high"] },
        "gpt_image_2_5_flare": gptImage.with { $0.hasBackground = false },
        "gpt_image_2_5_sunburst": gptImage,
        "gemini_image3.1_flash": image(
            """
            512x512 624x416* 592x432* 576x448* 672x384* 768x336 1024x256* 1408x176* 1024x1024 1248x832* 1184x864* 1152x896* 1344x768* \
            1536x672 2048x512* 2816x352* 2048x2048 2528x1696* 2400x1792* 2304x1856* 2752x1536* 3168x1344 4096x1024* 5632x704* 4096x4096 \
            5056x3392* 4800x3584* 4608x3712* 5504x3072* 6336x2688 8192x2048*
            """, 14),
        "gemini_image3.1_flash_lite": image("1024x1024 1264x848* 1200x896* 1152x928* 1376x768* 1584x672", 14),
        "gemini_image3_pro": image(
            """
            1344x768* 1024x1024 1184x864* 1536x672 1248x832* 1152x896* 2048x2048 2528x1696* 2400x1792* 2304x1856* 2752x1536* 3168x1344 \
            4096x4096 5056x3392* 4800x3584* 4608x3712* 5504x3072* 6336x2688
            """, 14),
        "gemini_2.5_flash": image("1344x768* 1024x1024 1184x864* 1536x672 1248x832* 1152x896*", 3),
        "nano_banana_2.1": image(
            """
            1024x1024 1264x848* 1200x896* 1152x928* 1376x768* 1584x672 2064x512* 2928x352* 2048x2048 2528x1696* 2400x1792* 2304x1856* \
            2752x1536* 3168x1344 4128x1024* 5856x704* 4096x4096 5056x3392* 4800x3584* 4608x3712* 5504x3072* 6336x2688
            """, 14),
        "muse_image": image("2352x1008 2016x1152* 1920x1280* 1792x1344* 1600x1600", 10, usual: "auto", [.webp, .png, .jpeg]),
        "seedream5_pro": image(
            "1024x1024 1184x896* 1376x768* 1296x864* 2048x2048 2304x1728* 2720x1530* 2496x1664*", 10, usual: "auto_1k", [.png, .jpeg]),
        "seedream5_flash": image(
            "1024x1024 1184x896* 1376x768* 1248x832* 1568x672 2048x2048 2304x1728* 2848x1600* 2496x1664* 3136x1344", 10, usual: "auto_1k",
            [.png, .jpeg]),
        "seedream5_lite": image(
            """
            2048x2048 2304x1728* 2848x1600* 2496x1664* 3136x1344 3072x3072 3456x2592* 4096x2304* 3744x2496* 4704x2016
            """, 10, usual: "2048:2048", [.png, .jpeg]),
        "grok_imagine_image_2": image(
            """
            1024x1024 1280x720* 1152x864* 1248x832* 1248x576* 1280x576* 1408x704* 2048x2048 2816x1584* 2368x1776* 2496x1664* 2912x1344* \
            3200x1440* 2912x1456*
            """, 3, usual: "auto_1k"
        ).with { $0.qualities = ["low", "medium"] },
        "bria_fibo_1_5": image(
            "1024x1024 1152x768* 1024x768* 960x768* 1024x576* 2048x2048 2304x1536* 2048x1536* 1920x1536* 2048x1152*", 1, [.png, .jpeg]
        ).with { $0.hasSeed = true },
        "bria_fibo_edit_1_5": image("1024x1024 1152x768* 1024x768* 960x768* 1024x576*", 4, usual: "auto", [.png, .jpeg]).with {
            $0.hasSeed = true
            $0.images = 1...4
        },
        "ideogram_4_0": image("2048x2048 2560x1440* 2304x1728* 2496x1664* 3072x1280*", 1, usual: "2048:2048").with {
            $0.qualities = ["low", "medium", "high"]
        },
        "ideogram_4_5": image(
            """
            1024x1024 1280x720* 1152x864* 1248x832* 1120x896* 1440x720* 2048x2048 2560x1440* 2304x1728* 2496x1664* 2240x1792* 2880x1440* \
            1024x576* 1408x704*
            """, 5, usual: "auto"
        ).with { $0.qualities = ["very_low", "low", "medium", "high"] },
        "recraft_v4_1_flash": image(
            "1024x1024 1536x768* 1280x832* 1216x896* 1152x896* 832x1344 1280x896* 1344x768*", 0, [.webp, .png]
        ).with { $0.hasSeed = true },
        "recraft_v4_1_vector": image("1024x1024 1216x896* 1344x768*", 0),
        "magnific_precision_upscaler_v2": RunwayModel(.upscaler, images: 1...1),
    ]

    private static let videos: [String: RunwayModel] = [
        "gen4.5": gen4.with { $0.usualSeconds = 5 }, "gen4_turbo": gen4.with { $0.images = 1...1 },
        "veo3.1": veo, "veo3.1_fast": veo,
        "kling2.5_turbo_pro": video("1280x720* 1920x1080* 1440x1440 720x720", 2, [5, 10]).with { $0.followsImage = true },
        "kling3.0_4k": kling("3840x2160* 2880x2880"), "kling3.0_pro": kling("1920x1080* 1440x1440"),
        "kling3.0_standard": kling("1280x720* 960x960"), "klingO3_4k": kling("3840x2160* 2880x2880").editing("promptVideo"),
        "klingO3_pro": kling("1920x1080* 1440x1440").editing("promptVideo"),
        "klingO3_standard": kling("1280x720* 960x960").editing("promptVideo"),
        "kling_4": video("1280x720* 940x940 1460x624 1920x1080* 1440x1440 2200x940", 10).editing("videoUri").with {
            $0.followsImage = true
        },
        "seedance2": seedance(
            """
            992x432 864x496* 752x560* 640x640 1470x630 1280x720* 1112x834* 960x960 2206x946 1920x1080* 1664x1248* 1440x1440 3840x1646 \
            3840x2160* 3840x2880* 3840x3840
            """),
        "seedance2_fast": seedance("992x432 864x496* 752x560* 640x640 1470x630 1280x720* 1112x834* 960x960"),
        "seedance2_mini": seedance("992x432 864x496* 752x560* 640x640 1470x630 1280x720* 1112x834* 960x960"),
        "seedance2_5": seedance(
            """
            992x432 854x480* 752x560* 640x640 1470x630 1280x720* 1112x834* 960x960 2206x946 1920x1080* 1664x1248* 1440x1440
            """
        ).with {
            $0.images = 0...30
            $0.hasModes = true
        },
        "gemini_omni_flash": video("1280x720*", 1, Set(3...10)).editing("videoUri"),
        "gemini_omni_flash_1.1": video("640x360* 1280x720* 1920x1080* 3840x2160*", 3, Set(3...10)).editing("videoUri").with {
            $0.hasModes = true
        },
        "hailuo3": named(["21:9", "16:9", "4:3", "1:1", "3:4", "9:16"], [SizeTier("768p", 768), SizeTier("2k", 1440)], 9).editing(
            "promptVideo"),
        "h3_max": named([], [SizeTier("480p", 480), SizeTier("768p", 768)], 2).with { $0.hasSeed = true },
        "grok_imagine_1_5": named(
            ["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3"],
            [SizeTier("480p", 480), SizeTier("720p", 720), SizeTier("1080p", 1080)], 7),
        "grok_imagine_1_5_lite": video(
            """
            848x480* 480x480 640x480* 720x480* 1280x720* 720x720 960x720* 1088x720* 1904x1072* 1424x1424 1648x1232* 1744x1152*
            """, 1
        ).with { $0.followsImage = true },
        "happyhorse_1_0": video("1280x720* 960x960 1108x832* 1920x1080* 1440x1440 1662x1248*", 1).with { $0.followsImage = true },
        "wan3": wan, "wan3_prime": wan,
        "aleph2": RunwayModel(.videoEditor, images: 0...0).with { $0.hasSeed = true },
    ]
}

extension RunwayModel {
    private static let gen4Image = image(
        """
        1024x1024 1080x1080 1168x880 1360x768 1440x1080* 1808x768 1920x1080* 2112x912 1280x720* 720x720 960x720* 1680x720
        """, 3
    ).with { $0.hasSeed = true }

    private static let gptImage = image(
        """
        2048x880 1920x1088* 1920x1280* 1920x1440* 1920x1536* 1920x1920 2912x1248 2560x1440* 2560x1712* 2560x1920* 2560x2048* 2560x2560 \
        3840x1648 3840x2160* 3504x2336* 3264x2448* 3200x2560* 2880x2880
        """, 16, usual: "auto"
    ).with {
        $0.count = 10
        $0.qualities = ["low", "medium", "high", "xhigh", "max"]
        $0.hasBackground = true
    }

    private static let gen4 = video("1280x720* 1104x832* 960x960 1584x672", 1, Set(2...10)).with {
        $0.usualRatio = "1280:720"
        $0.hasSeed = true
    }

    private static let veo = video("1280x720* 1920x1080*", 2, [4, 6, 8]).with {
        $0.usualRatio = "1280:720"
        $0.hasSeed = true
    }

    private static let wan = video("832x480* 720x544* 624x624 1280x720* 1104x832* 960x960 1920x1080* 1648x1248* 1440x1440", 10)

    private static func image(
        _ sizes: String, _ images: Int, usual: String = "1024:1024", _ encodings: Set<ImageEncoding> = []
    ) -> RunwayModel {
        RunwayModel(.image, sizes: sizes, images: 0...images).with {
            $0.usualRatio = usual
            $0.encodings = encodings
        }
    }

    private static func video(_ sizes: String, _ images: Int, _ seconds: Set<Int>? = nil) -> RunwayModel {
        RunwayModel(.video, sizes: sizes, images: 0...images).with { $0.seconds = seconds }
    }

    /// Its ratio is required without an image: the first of its sizes.
    private static func kling(_ sizes: String) -> RunwayModel {
        video(sizes, 2, Set(3...15)).with {
            $0.usualRatio = String(sizes.prefix { $0 != "*" }).replacing("x", with: ":")
        }
    }

    private static func seedance(_ sizes: String) -> RunwayModel {
        video(sizes, 9).editing("promptVideo").with { $0.hasSeed = true }
    }

    private static func named(_ ratios: [AspectRatio], _ tiers: [SizeTier], _ images: Int) -> RunwayModel {
        RunwayModel(.video, images: 0...images).with {
            $0.shapes = ShapeRule(ratios, tiers: tiers, measure: .shortSide)
            $0.followsImage = true
        }
    }

    /// The same, for a model that also changes videos.
    private func editing(_ field: String) -> RunwayModel {
        with {
            $0.kind = .videoAndEditor
            $0.videoField = field
        }
    }
}
