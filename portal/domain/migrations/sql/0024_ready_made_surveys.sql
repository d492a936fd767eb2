-- The surveys that a new house begins with (S1, S2, V4): data like any other, changed by publishing a version.

-- One survey with its first version, published.
CREATE PROCEDURE begin_with_survey(new_key text, new_occasion text, new_name text, asks jsonb) LANGUAGE sql AS $$
    WITH made AS (
        INSERT INTO survey (key, occasion, name, created_at) VALUES (new_key, new_occasion, new_name, now()) RETURNING id)
    INSERT INTO survey_version (survey_id, number, definition, published_at, created_at, updated_at)
    SELECT id, 1, asks, now(), now(), now() FROM made
$$;

CALL begin_with_survey('half-yearly', 'campaign', 'Half-yearly satisfaction survey · 顾客满意程度调查表', $asks${"title": {"en": "Customer satisfaction survey", "zh_Hans": "顾客满意程度调查表", "zh_Hant": "顧客滿意程度調查表"},
 "intro": {"en": "Twice a year we ask our main customers how our products and our service serve them. It takes about five minutes. Every low score is followed up by the person who looks after you.", "zh_Hans": "我们每半年向主要客户了解产品和服务的情况。填写约需五分钟。每一项低分都会由负责您的同事跟进。", "zh_Hant": "我們每半年向主要客戶了解產品與服務的情況。填寫約需五分鐘。每一項低分都會由負責您的同仁跟進。"},
 "thanks": {"en": "Thank you. Your answers go into the review of the half-year, and we come back to you on what you criticised.", "zh_Hans": "感谢您的填写。您的意见会进入半年度评审，对您提出的批评我们会给您答复。", "zh_Hant": "感謝您的填寫。您的意見會納入半年度檢討，對您提出的批評我們會給您答覆。"},
 "sections": [
  {"key": "product", "title": {"en": "Product quality", "zh_Hans": "产品质量", "zh_Hant": "產品品質"}, "questions": [
    {"key": "product-conformity", "kind": "rating", "text": {"en": "The products conform to what was agreed", "zh_Hans": "产品符合约定的要求", "zh_Hant": "產品符合約定的要求"}, "is_required": true},
    {"key": "product-consistency", "kind": "rating", "text": {"en": "The quality is the same from delivery to delivery", "zh_Hans": "各批次质量稳定", "zh_Hant": "各批次品質穩定"}},
    {"key": "product-in-use", "kind": "rating", "text": {"en": "The products prove themselves in use", "zh_Hans": "产品使用情况", "zh_Hant": "產品使用情況"}},
    {"key": "product-packaging", "kind": "rating", "text": {"en": "Packaging, marking and documents", "zh_Hans": "包装、标识与随附文件", "zh_Hant": "包裝、標示與隨附文件"}}
  ]},
  {"key": "service", "title": {"en": "Service quality", "zh_Hans": "服务质量", "zh_Hant": "服務品質"}, "questions": [
    {"key": "service-quotes", "kind": "rating", "text": {"en": "Quotes come in time and are clear", "zh_Hans": "报价及时、清楚", "zh_Hant": "報價及時、清楚"}},
    {"key": "service-delivery", "kind": "rating", "text": {"en": "Deliveries are on time and correct", "zh_Hans": "交货准时、准确", "zh_Hant": "交貨準時、正確"}, "is_required": true},
    {"key": "service-informed", "kind": "rating", "text": {"en": "You are kept informed without asking", "zh_Hans": "无须询问即可了解进度", "zh_Hant": "無須詢問即可了解進度"}},
    {"key": "service-advice", "kind": "rating", "text": {"en": "Technical advice and support", "zh_Hans": "技术咨询与支持", "zh_Hant": "技術諮詢與支援"}},
    {"key": "service-complaints", "kind": "rating", "text": {"en": "Complaints are answered quickly and solved", "zh_Hans": "投诉处理及时、有结果", "zh_Hant": "投訴處理及時、有結果"}, "hint": {"en": "Leave this out if you had none.", "zh_Hans": "如没有投诉，可不填。", "zh_Hant": "如沒有投訴，可不填。"}},
    {"key": "service-contact", "kind": "rating", "text": {"en": "Your contact person is competent and within reach", "zh_Hans": "对口人员的专业能力与联系便利程度", "zh_Hant": "對口人員的專業能力與聯絡便利程度"}}
  ]},
  {"key": "overall", "title": {"en": "Overall", "zh_Hans": "总体评价", "zh_Hant": "整體評價"}, "questions": [
    {"key": "overall", "kind": "rating", "text": {"en": "Overall, how satisfied are you with us?", "zh_Hans": "总体而言，您对我们满意吗？", "zh_Hant": "整體而言，您對我們滿意嗎？"}, "is_required": true},
    {"key": "recommend", "kind": "nps", "text": {"en": "How likely are you to recommend us to a business partner?", "zh_Hans": "您有多大可能把我们推荐给业务伙伴？", "zh_Hant": "您有多大可能將我們推薦給業務夥伴？"}},
    {"key": "compared", "kind": "choice", "text": {"en": "Compared with your other suppliers we are", "zh_Hans": "与您的其他供应商相比，我们", "zh_Hant": "與您的其他供應商相比，我們"}, "options": [{"key": "better", "text": {"en": "better", "zh_Hans": "更好", "zh_Hant": "更好"}}, {"key": "same", "text": {"en": "about the same", "zh_Hans": "差不多", "zh_Hant": "差不多"}}, {"key": "worse", "text": {"en": "worse", "zh_Hans": "较差", "zh_Hant": "較差"}}, {"key": "unknown", "text": {"en": "I cannot tell", "zh_Hans": "不清楚", "zh_Hant": "不清楚"}}]},
    {"key": "improve-first", "kind": "choices", "text": {"en": "Where should we improve first?", "zh_Hans": "您希望我们首先改进哪些方面？", "zh_Hant": "您希望我們優先改進哪些方面？"}, "options": [{"key": "quality", "text": {"en": "Product quality", "zh_Hans": "产品质量", "zh_Hant": "產品品質"}}, {"key": "delivery", "text": {"en": "Delivery time", "zh_Hans": "交期", "zh_Hant": "交期"}}, {"key": "price", "text": {"en": "Price", "zh_Hans": "价格", "zh_Hant": "價格"}}, {"key": "information", "text": {"en": "Information", "zh_Hans": "信息沟通", "zh_Hant": "資訊溝通"}}, {"key": "advice", "text": {"en": "Technical advice", "zh_Hans": "技术支持", "zh_Hant": "技術支援"}}, {"key": "complaints", "text": {"en": "Handling of complaints", "zh_Hans": "投诉处理", "zh_Hant": "投訴處理"}}]}
  ]},
  {"key": "opinions", "title": {"en": "Your opinions", "zh_Hans": "您的意见", "zh_Hant": "您的意見"}, "questions": [
    {"key": "did-well", "kind": "text", "text": {"en": "What did we do well?", "zh_Hans": "我们哪些方面做得好？", "zh_Hant": "我們哪些方面做得好？"}},
    {"key": "do-better", "kind": "text", "text": {"en": "What should we do better, and how?", "zh_Hans": "我们哪些方面应当改进？怎样改进？", "zh_Hant": "我們哪些方面應該改進？如何改進？"}}
  ]}
 ]}$asks$);

CALL begin_with_survey('after-complaint', 'complaint', 'After a complaint · 投诉处理回访', $asks${"title": {"en": "How did we handle your complaint?", "zh_Hans": "投诉处理满意度调查", "zh_Hant": "投訴處理滿意度調查"},
 "intro": {"en": "Your complaint is closed. Tell us in a minute whether it was handled to your satisfaction.", "zh_Hans": "您的投诉已结案。请用一分钟告诉我们您对处理是否满意。", "zh_Hant": "您的投訴已結案。請用一分鐘告訴我們您對處理是否滿意。"},
 "thanks": {"en": "Thank you. If something is still open, the person who looks after you gets in touch.", "zh_Hans": "谢谢。如果仍有未解决的问题，负责您的同事会与您联系。", "zh_Hant": "謝謝。如果仍有未解決的問題，負責您的同仁會與您聯絡。"},
 "sections": [
  {"key": "handling", "title": {"en": "Handling of your complaint", "zh_Hans": "投诉处理", "zh_Hant": "投訴處理"}, "questions": [
    {"key": "complaint-speed", "kind": "rating", "text": {"en": "We answered quickly", "zh_Hans": "答复及时", "zh_Hant": "答覆及時"}, "is_required": true},
    {"key": "complaint-solution", "kind": "rating", "text": {"en": "The solution is a good one", "zh_Hans": "解决方案合适", "zh_Hant": "解決方案合適"}, "is_required": true},
    {"key": "complaint-explained", "kind": "rating", "text": {"en": "The cause was explained", "zh_Hans": "原因说明清楚", "zh_Hant": "原因說明清楚"}},
    {"key": "complaint-manner", "kind": "rating", "text": {"en": "You were treated with respect", "zh_Hans": "服务态度", "zh_Hant": "服務態度"}},
    {"key": "complaint-solved", "kind": "choice", "text": {"en": "Is the problem solved?", "zh_Hans": "问题是否已经解决？", "zh_Hant": "問題是否已經解決？"}, "is_required": true, "options": [{"key": "yes", "text": {"en": "Yes", "zh_Hans": "是", "zh_Hant": "是"}}, {"key": "partly", "text": {"en": "Partly", "zh_Hans": "部分解决", "zh_Hant": "部分解決"}}, {"key": "no", "text": {"en": "No", "zh_Hans": "否", "zh_Hant": "否"}}]},
    {"key": "complaint-opinion", "kind": "text", "text": {"en": "What should we have done differently?", "zh_Hans": "您认为我们应当如何改进？", "zh_Hant": "您認為我們應該如何改進？"}}
  ]}
 ]}$asks$);

CALL begin_with_survey('after-delivery', 'delivery', 'After a delivery · 交货满意度', $asks${"title": {"en": "How was the delivery?", "zh_Hans": "交货满意度调查", "zh_Hant": "交貨滿意度調查"},
 "intro": {"en": "Your delivery has arrived. A few questions tell us whether everything was right.", "zh_Hans": "您的货物已送达。请用几个问题告诉我们是否一切无误。", "zh_Hant": "您的貨物已送達。請用幾個問題告訴我們是否一切無誤。"},
 "thanks": {"en": "Thank you. What was wrong with this delivery we look into.", "zh_Hans": "谢谢。对本次交货中的问题我们会进行核查。", "zh_Hant": "謝謝。對本次交貨中的問題我們會進行查核。"},
 "sections": [
  {"key": "delivery", "title": {"en": "This delivery", "zh_Hans": "本次交货", "zh_Hant": "本次交貨"}, "questions": [
    {"key": "delivery-on-time", "kind": "rating", "text": {"en": "It came when it was promised", "zh_Hans": "按承诺时间送达", "zh_Hant": "按承諾時間送達"}, "is_required": true},
    {"key": "delivery-correct", "kind": "rating", "text": {"en": "It was complete and correct", "zh_Hans": "数量与品种正确、齐全", "zh_Hant": "數量與品項正確、齊全"}, "is_required": true},
    {"key": "delivery-condition", "kind": "rating", "text": {"en": "Goods and packaging were in good order", "zh_Hans": "货物与包装完好", "zh_Hant": "貨物與包裝完好"}},
    {"key": "delivery-carrier", "kind": "rating", "text": {"en": "The carrier was helpful", "zh_Hans": "承运人服务", "zh_Hant": "承運人服務"}},
    {"key": "delivery-opinion", "kind": "text", "text": {"en": "What should be different next time?", "zh_Hans": "您希望下次如何改进？", "zh_Hant": "您希望下次如何改進？"}}
  ]}
 ]}$asks$);

CALL begin_with_survey('after-visit', 'visit', 'After a visit · 走访回访满意度', $asks${"title": {"en": "How was our visit?", "zh_Hans": "走访满意度调查", "zh_Hant": "拜訪滿意度調查"},
 "intro": {"en": "We have been to see you. Tell us whether it was worth your time.", "zh_Hans": "我们近日拜访了您。请告诉我们这次走访是否对您有帮助。", "zh_Hant": "我們近日拜訪了您。請告訴我們這次拜訪是否對您有幫助。"},
 "thanks": {"en": "Thank you. We prepare the next visit by it.", "zh_Hans": "谢谢。我们会据此准备下一次走访。", "zh_Hant": "謝謝。我們會據此準備下一次拜訪。"},
 "sections": [
  {"key": "visit", "title": {"en": "Our visit", "zh_Hans": "本次走访", "zh_Hant": "本次拜訪"}, "questions": [
    {"key": "visit-prepared", "kind": "rating", "text": {"en": "We came prepared", "zh_Hans": "准备充分", "zh_Hant": "準備充分"}, "is_required": true},
    {"key": "visit-useful", "kind": "rating", "text": {"en": "The visit was useful to you", "zh_Hans": "走访对您有帮助", "zh_Hant": "拜訪對您有幫助"}, "is_required": true},
    {"key": "visit-answers", "kind": "rating", "text": {"en": "Your questions were answered", "zh_Hans": "您的问题得到答复", "zh_Hant": "您的問題獲得答覆"}},
    {"key": "visit-often", "kind": "choice", "text": {"en": "How often should we come?", "zh_Hans": "您希望我们多久走访一次？", "zh_Hant": "您希望我們多久拜訪一次？"}, "options": [{"key": "more", "text": {"en": "More often", "zh_Hans": "更频繁", "zh_Hant": "更頻繁"}}, {"key": "same", "text": {"en": "As now", "zh_Hans": "保持现状", "zh_Hant": "維持現狀"}}, {"key": "less", "text": {"en": "Less often", "zh_Hans": "减少次数", "zh_Hant": "減少次數"}}]},
    {"key": "visit-opinion", "kind": "text", "text": {"en": "What should we bring or discuss next time?", "zh_Hans": "下次希望我们带来什么或讨论什么？", "zh_Hant": "下次希望我們帶來什麼或討論什麼？"}}
  ]}
 ]}$asks$);

CALL begin_with_survey('visit-inquiry', 'inquiry', 'Feedback form of a visit · 客户拜访征询函', $asks${"title": {"en": "Visit feedback form", "zh_Hans": "客户拜访征询函", "zh_Hant": "客戶拜訪徵詢函"},
 "intro": {"en": "Please tell us what you think of our products, our service and our people. You can answer on-line or hand the paper to your contact person.", "zh_Hans": "请就我们的产品、服务和人员提出宝贵意见。您可以在线填写，也可以把纸质表格交给对口人员。", "zh_Hant": "請就我們的產品、服務與人員提供寶貴意見。您可以線上填寫，也可以將紙本表格交給對口人員。"},
 "thanks": {"en": "Thank you. Every opinion is answered.", "zh_Hans": "感谢您的意见。每一条意见我们都会答复。", "zh_Hant": "感謝您的意見。每一項意見我們都會答覆。"},
 "sections": [
  {"key": "now", "title": {"en": "How we serve you", "zh_Hans": "我们的服务", "zh_Hant": "我們的服務"}, "questions": [
    {"key": "inquiry-product", "kind": "rating", "text": {"en": "Quality of our products", "zh_Hans": "产品质量", "zh_Hant": "產品品質"}, "is_required": true},
    {"key": "inquiry-delivery", "kind": "rating", "text": {"en": "Time and correctness of deliveries", "zh_Hans": "交货的及时性与准确性", "zh_Hant": "交貨的及時性與正確性"}, "is_required": true},
    {"key": "inquiry-service", "kind": "rating", "text": {"en": "Service and advice", "zh_Hans": "服务与咨询", "zh_Hant": "服務與諮詢"}, "is_required": true},
    {"key": "inquiry-people", "kind": "rating", "text": {"en": "Attitude and competence of our people", "zh_Hans": "人员的态度与专业能力", "zh_Hant": "人員的態度與專業能力"}}
  ]},
  {"key": "needs", "title": {"en": "What you need", "zh_Hans": "您的需求", "zh_Hant": "您的需求"}, "questions": [
    {"key": "inquiry-plans", "kind": "text", "text": {"en": "What do you plan for the coming months that we should know of?", "zh_Hans": "您近期有哪些计划需要我们了解？", "zh_Hant": "您近期有哪些計畫需要我們了解？"}},
    {"key": "inquiry-missing", "kind": "text", "text": {"en": "Which products or services do you miss?", "zh_Hans": "您还需要哪些产品或服务？", "zh_Hant": "您還需要哪些產品或服務？"}},
    {"key": "inquiry-opinion", "kind": "text", "text": {"en": "Opinions and suggestions", "zh_Hans": "意见与建议", "zh_Hant": "意見與建議"}}
  ]}
 ]}$asks$);

DROP PROCEDURE begin_with_survey;
