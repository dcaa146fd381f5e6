"""Texts written for the tests, with their mentions marked up by hand: [name|entity].

What is marked with "new" is a name that the shipped graph does not have.
"""

from __future__ import annotations

import re

TEXTS = {
    "en": """\
Watching [Chungking Express|film:chungking-express] again on a wet Sunday, I began a list of everything it borrows and \
everything that borrows from it. The jukebox comes first. [California Dreamin'|song:california-dreamin] plays so often that \
the song becomes a character, and I hear it as a nod to the American pop of the sixties. [Faye Wong|person:faye-wong] sings \
her own cover of [Dreams|song:dreams], which the neighbours in our house know only from her.

[Wong Kar-wai|person:wong-kar-wai] has often been compared with [Jean-Luc Godard|person:jean-luc-godard], and the running \
in the corridors does recall [Breathless|film:breathless]. My friend disagrees: for her the blonde wig is a homage to \
[Gena Rowlands|person:gena-rowlands]. There is no evidence, only a feeling. Later films quote it back. \
[Fallen Angels|film:fallen-angels] is the third story that had no room, and [2046|film:2046] remembers the hotel of \
[In the Mood for Love|film:in-the-mood-for-love]. A student film that I saw last year, [The Pineapple Clerk|new], parodies \
the tins. I have also heard that [Quentin Tarantino|person:quentin-tarantino] wept.

None of this proves influence. [Hong Kong|place:hong-kong] in those years was full of express trains, of dreams and of rain, and every \
second kitchen had a poster of somebody.
""",
    "ja": """\
日曜日に『[恋する惑星|film:chungking-express]』を見直した。エスカレーターの場面で警官が叫ぶ「[三浦友和|person:tomokazu-miura]」\
という名前に、隣の友人は笑い、私は笑えなかった。[山口百恵|person:momoe-yamaguchi]への言及だと気づいたのは、帰り道である。\
二人が共演した『[伊豆の踊子|film:izu-no-odoriko]』のポスターは、今も実家の廊下に貼ってある。

[ウォン・カーウァイ|person:wong-kar-wai]の映画では、歌が人のように歩く。[フェイ・ウォン|person:faye-wong]の歌う「[夢中人|recording:dream-person-faye-wong]」は\
カバーであり、原曲を知らない客もそれで踊る。『[天使の涙|film:fallen-angels]』はその続きのように見えるが、監督はそう言っていない。\
若い監督の短編『[缶詰の夜|new]』は、期限切れの缶詰をそのまま引用している。似ているだけだと言う人もいる。
""",
    "zh": """\
星期天重看《[重慶森林|film:chungking-express]》，我記下了每一處致敬。扶手電梯上警察喊出的名字是[三浦友和|person:tomokazu-miura]，\
老一輩觀眾會想起他和[山口百恵|person:momoe-yamaguchi]。[王家衛|person:wong-kar-wai]沒有解釋，只讓[王菲|person:faye-wong]的歌一遍遍地放。

有人說結尾像《[花樣年華|film:in-the-mood-for-love]》，我倒覺得《[墮落天使|film:fallen-angels]》才是它的另一半，因為那本來就是第三個故事。\
[金城武|person:takeshi-kaneshiro]演的警察在雨裡跑步，讓人想起《[阿飛正傳|film:days-of-being-wild]》裡的雨。\
去年看的學生短片《[罐頭之夜|new]》直接引用了過期的罐頭。城市的森林裡，每個人都在等一個電話。
""",
}
_MARK = re.compile(r"\[([^|\]]+)\|([^\]]+)\]")


def plain(text: str) -> str:
    """The text without marks."""
    return _MARK.sub(r"\1", text)


def marks(text: str) -> dict[tuple[int, int], str]:
    """Start and end of each mark in the plain text -> the entity, or "new"."""
    found, shift = {}, 0
    for match in _MARK.finditer(text):
        start = match.start() - shift
        found[start, start + len(match[1])] = match[2]
        shift += len(match[0]) - len(match[1])
    return found
