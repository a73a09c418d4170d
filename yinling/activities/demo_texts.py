"""What the projects of the demo say. All of it is made up."""

from __future__ import annotations

from collections.abc import Mapping

TROUPE = "花灯剧团送戏下乡（%d年）"

TITLES: Mapping[str, tuple[str, ...]] = {
    "policy": ("院坝微宣讲", "政策面对面", "老党员讲身边变化"),
    "rural": ("果园管护指导", "老会计帮村理账", "农技专家进田间"),
    "teaching": ("乡村小学支教", "爱心图书进校园", "结对助学"),
    "health": ("健康义诊", "慢病随访", "用药安全讲座与义诊"),
    "culture": ("送文艺下乡", "花灯展演", "书画进村展览"),
    "law": ("法律咨询日", "以案说法院坝会", "邻里纠纷调解"),
    "youth": ("周末托管班", "红色故事会", "家风小课堂"),
    "community": ("楼道安全巡查", "邻里议事", "小区老管家"),
    "care": ("独居老人探访", "代购代办", "陪同就医"),
    "ecology": ("河道巡护", "垃圾分类劝导", "清洁家园"),
    "science": ("科普大讲堂", "老工程师进企业", "农机维修技术帮扶"),
    "digital": ("手机课堂", "防诈骗宣传", "线上办事帮办"),
    "": ("银龄志愿服务",),
}
"""Titles by the code of the domain; the place goes before them."""

SUMMARIES: Mapping[str, str] = {
    "policy": "老同志到院坝、田头用家乡话讲政策，听群众提问，当场解答或带回答复。",
    "rural": "退休农技干部到田间地头看苗情、讲管护，帮村集体把账理清楚。",
    "teaching": "退休教师到乡村小学上示范课、带年轻教师，为学校募集图书。",
    "health": "退休医护人员到村为群众量血压、测血糖、讲用药，免费发放常用药品。",
    "culture": "文艺队伍把花灯、山歌和书画送到村寨，群众可以上台一起演。",
    "law": "退休法官和律师现场解答咨询，参与调解邻里纠纷。",
    "youth": "周末和假期陪孩子读书、做作业、讲家乡的故事。",
    "community": "老同志分片巡查楼道和院落，收集意见，向社区反映并回访。",
    "care": "两人一组上门探访独居和空巢老人，代购代办，发现困难及时报告。",
    "ecology": "沿河巡查、劝导垃圾分类，记录排污和乱倒并报告。",
    "science": "老工程师、老专家到企业和学校讲技术、解难题。",
    "digital": "手把手教老年人挂号、缴费、视频通话，识别电信诈骗。",
    "": "老同志就近就便开展志愿服务。",
}

RISKS: Mapping[str, str] = {
    "rural": "田间路滑，有农机作业；请穿防滑鞋，听从现场安排，高温时段不下地。",
    "health": "可能接触病人，请戴口罩、勤洗手；当日身体不适请勿参加。",
    "care": "须两人同行，注意犬只和雨天路滑；老人患传染病或有攻击行为的须事先告知。",
    "ecology": "河岸湿滑、水深，不下水、不独行；雷雨天停止活动。",
    "culture": "舞台搭建和用电有风险，请勿进入后台设备区；往返注意交通安全。",
    "": "往返途中注意交通安全；久站久坐注意休息，身体不适请及时告知现场负责人。",
}

SERVED: Mapping[str, str] = {
    "rural": "种养大户和村集体", "teaching": "乡村学校师生", "health": "农村老年人和慢病患者", "youth": "留守儿童",
    "care": "独居、空巢和高龄老人", "science": "中小企业和学校", "digital": "老年人", "": "社区和村寨居民",
}  # fmt: skip

KIND_OF: Mapping[str, str] = {"health": "clinic", "culture": "show", "science": "gathering", "digital": "gathering"}
"""The kind of activity of a domain; the others give service as such."""

OUTCOMES: Mapping[str, tuple[str, str, str, int]] = {
    "books": ("teaching", "捐赠图书", "book", 30_200), "teachers_trained": ("teaching", "培训教师", "person_time", 620),
    "people_treated": ("health", "义诊群众", "person_time", 80_400),
    "medicine_value": ("health", "发放药品价值", "yuan", 512_000),
    "artworks": ("culture", "书画作品", "work", 5_060), "operas": ("culture", "戏曲节目", "programme", 83),
    "spectators": ("culture", "观众", "person_time", 20_600), "students_aided": ("teaching", "结对帮扶学生", "person", 1_215),
    "aid_funds": ("teaching", "筹集助学资金", "yuan", 806_000), "elders_served": ("care", "服务老人", "person_time", 23_400),
}  # fmt: skip
"""Domain, name, unit and sum of each type of outcome, by its code."""
