/** Short names of emoji and their characters: the ones people at work use. */

const TABLE = `
smile 😄|smiley 😃|grinning 😀|blush 😊|slightly_smiling_face 🙂|wink 😉|joy 😂|rofl 🤣|laughing 😆|sweat_smile 😅|upside_down_face 🙃
heart_eyes 😍|star-struck 🤩|thinking_face 🤔|thinking 🤔|neutral_face 😐|expressionless 😑|no_mouth 😶|smirk 😏|unamused 😒|face_with_rolling_eyes 🙄
grimacing 😬|relieved 😌|pensive 😔|sleepy 😪|sleeping 😴|mask 😷|face_with_thermometer 🤒|dizzy_face 😵|exploding_head 🤯|partying_face 🥳|sunglasses 😎
nerd_face 🤓|face_with_monocle 🧐|confused 😕|worried 😟|slightly_frowning_face 🙁|open_mouth 😮|hushed 😯|astonished 😲|flushed 😳|pleading_face 🥺
cry 😢|sob 😭|scream 😱|disappointed 😞|sweat 😓|weary 😩|tired_face 😫|triumph 😤|rage 😡|angry 😠|skull 💀|clown_face 🤡|ghost 👻|robot_face 🤖|hugging_face 🤗
wave 👋|raised_hand ✋|hand 👋|ok_hand 👌|v ✌️|crossed_fingers 🤞|point_left 👈|point_right 👉|point_up_2 👆|point_down 👇|point_up ☝️
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|fist ✊|clap 👏|raised_hands 🙌|pray 🙏|handshake 🤝|muscle 💪|eyes 👀|speech_balloon 💬|thought_balloon 💭
heart ❤️|orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|broken_heart 💔|100 💯|boom 💥|sparkles ✨|star ⭐|star2 🌟|zap ⚡
fire 🔥|tada 🎉|confetti_ball 🎊|balloon 🎈|gift 🎁|trophy 🏆|medal 🏅|dart 🎯|rocket 🚀|rainbow 🌈|sunny ☀️|cloud ☁️|umbrella ☔|snowflake ❄️
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|heavy_multiplication_x ✖️|question ❓|grey_question ❔
exclamation ❗|bangbang ‼️|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|rotating_light 🚨|construction 🚧|sos 🆘|information_source ℹ️|new 🆕|up 🆙|ok 🆗|free 🆓
red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫
large_red_square 🟥|large_orange_square 🟧|large_yellow_square 🟨|large_green_square 🟩|large_blue_square 🟦|white_large_square ⬜|black_large_square ⬛|small_blue_diamond 🔹
arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_upper_right ↗️|arrows_counterclockwise 🔄|repeat 🔁|leftwards_arrow_with_hook ↩️|fast_forward ⏩|heavy_plus_sign ➕|heavy_minus_sign ➖
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|hash #️⃣
computer 💻|desktop_computer 🖥️|keyboard ⌨️|printer 🖨️|computer_mouse 🖱️|iphone 📱|calling 📲|phone ☎️|telephone_receiver 📞|telephone ☎️|battery 🔋|electric_plug 🔌
floppy_disk 💾|cd 💿|tv 📺|camera 📷|video_camera 📹|headphones 🎧|microphone 🎤|satellite_antenna 📡|signal_strength 📶|globe_with_meridians 🌐|bulb 💡|flashlight 🔦
lock 🔒|unlock 🔓|closed_lock_with_key 🔐|key 🔑|old_key 🗝️|shield 🛡️|gear ⚙️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|nut_and_bolt 🔩|toolbox 🧰|magnet 🧲|link 🔗|paperclip 📎
mag 🔍|mag_right 🔎|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|inbox_tray 📥|outbox_tray 📤|mailbox 📫|email 📧|envelope ✉️|incoming_envelope 📨|package 📦|label 🏷️|bookmark 🔖
memo 📝|pencil 📝|pencil2 ✏️|clipboard 📋|page_facing_up 📄|page_with_curl 📃|bookmark_tabs 📑|bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|card_index 📇
calendar 📆|date 📅|spiral_calendar_pad 🗓️|file_folder 📁|open_file_folder 📂|card_file_box 🗃️|file_cabinet 🗄️|wastebasket 🗑️|books 📚|book 📖|open_book 📖|notebook 📓|newspaper 📰|pushpin 📌|round_pushpin 📍|triangular_flag_on_post 🚩
hourglass ⌛|hourglass_flowing_sand ⏳|alarm_clock ⏰|stopwatch ⏱️|timer_clock ⏲️|clock1 🕐|clock3 🕒|clock9 🕘|watch ⌚|sunrise 🌅|crescent_moon 🌙|zzz 💤
ticket 🎫|admission_tickets 🎟️|credit_card 💳|moneybag 💰|receipt 🧾|office 🏢|house 🏠|hospital 🏥|school 🏫|busts_in_silhouette 👥|bust_in_silhouette 👤|technologist 🧑‍💻|construction_worker 👷|sleuth_or_spy 🕵️|police_car 🚓|fire_engine 🚒|ambulance 🚑
coffee ☕|tea 🍵|pizza 🍕|sandwich 🥪|green_salad 🥗|birthday 🎂|cookie 🍪|apple 🍎|beers 🍻|fork_and_knife 🍴|dog 🐶|cat 🐱|bug 🐛|turtle 🐢|owl 🦉|seedling 🌱|evergreen_tree 🌲|four_leaf_clover 🍀|cactus 🌵|earth_africa 🌍
traffic_light 🚦|vertical_traffic_light 🚦|checkered_flag 🏁|door 🚪|bed 🛏️|chair 🪑|ladder 🪜|broom 🧹|test_tube 🧪|microscope 🔬|brain 🧠|ear 👂|lifebuoy 🛟|ring_buoy 🛟|sponge 🧽|puzzle_piece 🧩|jigsaw 🧩|game_die 🎲|art 🎨|musical_note 🎵
`;

/** @type {Map<string, string>} short name to character */
export const EMOJI = new Map(
  TABLE.split(/[|\n]/)
    .filter(Boolean)
    .map((pair) => {
      const at = pair.lastIndexOf(" ");
      return [pair.slice(0, at).trim(), pair.slice(at + 1)];
    }),
);

/** What the hover toolbar offers at once. */
export const QUICK_REACTIONS = ["white_check_mark", "eyes", "raised_hands"];

/** The character of a short name, or undefined. Skin tones are ignored. */
export function emojiFor(name) {
  return EMOJI.get(String(name).split("::")[0]);
}

/** Names that contain the letters, those that start with them first. */
export function findEmoji(letters, limit) {
  const wanted = letters.toLowerCase();
  const names = [...EMOJI.keys()].filter((name) => name.includes(wanted));
  names.sort((a, b) => Number(b.startsWith(wanted)) - Number(a.startsWith(wanted)));
  return names.slice(0, limit).map((name) => ({ name, char: EMOJI.get(name) }));
}

/** Replace every known :short_name: of a plain text. */
export function emojify(text) {
  return text.replace(/:([a-z0-9_+'-]+)(?:::skin-tone-\d)?:/g, (whole, name) => EMOJI.get(name) || whole);
}
