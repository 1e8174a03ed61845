package tracking

// browser is a real browser, ordinary or inside an app, with the headers it opens a page with.
type browser struct {
	name    string
	ua      string
	fetch   bool   // sends Sec-Fetch-*
	brands  string // Sec-CH-UA
	system  string // Sec-CH-UA-Platform
	referer string
	app     string // X-Requested-With: the package of an Android app that shows the page
}

const (
	chromeBrands  = `"Chromium";v="131", "Not_A Brand";v="24", "Google Chrome";v="131"`
	edgeBrands    = `"Microsoft Edge";v="131", "Chromium";v="131", "Not_A Brand";v="24"`
	webViewBrands = `"Android WebView";v="131", "Chromium";v="131", "Not_A Brand";v="24"`
	samsungBrands = `"Samsung Internet";v="27.0", "Chromium";v="125", "Not.A/Brand";v="24"`
	operaBrands   = `"Opera";v="115", "Chromium";v="130", "Not?A_Brand";v="99"`
	braveBrands   = `"Brave";v="131", "Chromium";v="131", "Not_A Brand";v="24"`

	iPhone   = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	pixel    = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UD1A.230803.041; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.6778.39 Mobile Safari/537.36 "
	galaxy   = "Mozilla/5.0 (Linux; Android 13; SM-S911B Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.6778.39 Mobile Safari/537.36 "
	blink    = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
	facebook = "https://l.facebook.com/"
)

var browsers = []browser{
	{"Chrome on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + blink + "Safari/537.36", true, chromeBrands, "Windows", "", ""},
	{"Chrome on macOS", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + blink + "Safari/537.36", true, chromeBrands, "macOS", "", ""},
	{"Chrome on Linux", "Mozilla/5.0 (X11; Linux x86_64) " + blink + "Safari/537.36", true, chromeBrands, "Linux", "", ""},
	{"Chrome on ChromeOS", "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + blink + "Safari/537.36", true, chromeBrands, "Chrome OS", "", ""},
	{"Chrome on Android", "Mozilla/5.0 (Linux; Android 10; K) " + blink + "Mobile Safari/537.36", true, chromeBrands, "Android", "", ""},
	{"Chrome on an Android tablet", "Mozilla/5.0 (Linux; Android 10; K) " + blink + "Safari/537.36", true, chromeBrands, "Android", "", ""},
	{"Chrome on Android, desktop pages", "Mozilla/5.0 (X11; Linux x86_64) " + blink + "Safari/537.36", true, chromeBrands, "Android", "", ""},
	{"Chrome on iPhone", iPhone + "CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1", true, "", "", "", ""},
	{"Edge on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + blink + "Safari/537.36 Edg/131.0.0.0", true, edgeBrands, "Windows", "https://teams.microsoft.com/", ""},
	{"Edge on iPhone", iPhone + "Version/17.0 EdgiOS/131.0.2903.68 Mobile/15E148 Safari/605.1.15", true, "", "", "", ""},
	{"Edge on Android", "Mozilla/5.0 (Linux; Android 10; K) " + blink + "Mobile Safari/537.36 EdgA/131.0.0.0", true, edgeBrands, "Android", "", ""},
	{"Firefox on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", true, "", "", "", ""},
	{"Firefox on Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", true, "", "", "", ""},
	{"Firefox on Android", "Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", true, "", "", "", ""},
	{"Firefox on iPhone", iPhone + "FxiOS/132.0 Mobile/15E148 Safari/605.1.15", true, "", "", "", ""},
	{"Safari on iPhone", iPhone + "Version/17.5 Mobile/15E148 Safari/604.1", true, "", "", "", ""},
	{"Safari on an old iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 14_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.1.2 Mobile/15E148 Safari/604.1", false, "", "", "", ""},
	{"Safari on iPad", "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1", true, "", "", "", ""},
	{"Safari on macOS", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", true, "", "", "", ""},
	{"Samsung Internet", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36", true, samsungBrands, "Android", "", ""},
	{"Opera on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0", true, operaBrands, "Windows", "", ""},
	{"Opera Mini", "Opera/9.80 (Android; Opera Mini/78.0.2254/191.303; U; nb) Presto/2.12.423 Version/12.16", false, "", "", "", ""},
	{"Brave", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + blink + "Safari/537.36", true, braveBrands, "macOS", "", ""},
	{"Vivaldi", "Mozilla/5.0 (X11; Linux x86_64) " + blink + "Safari/537.36 Vivaldi/7.0.3495.11", true, chromeBrands, "Linux", "", ""},
	{"DuckDuckGo on iPhone", iPhone + "Version/17.5 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15", true, "", "", "", ""},
	{"DuckDuckGo on Android", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.0.0 Mobile DuckDuckGo/5 Safari/537.36", true, webViewBrands, "Android", "", ""},
	{"Google app on iPhone", iPhone + "GSA/343.0.695551749 Mobile/15E148 Safari/604.1", true, "", "", "", ""},
	{"LinkedIn on iPhone", iPhone + "Mobile/15E148 [LinkedInApp]/9.29.8962", true, "", "", "https://www.linkedin.com/", ""},
	{"LinkedIn on Android", pixel + "[LinkedInApp]", true, webViewBrands, "Android", "android-app://com.linkedin.android/", ""},
	{"Facebook on iPhone", iPhone + "Mobile/21F90 [FBAN/FBIOS;FBAV/491.0.0.41.108;FBBV/662157303;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.5.1;FBSS/3;FBID/phone;FBLC/nb_NO;FBOP/5;FBRV/0]", true, "", "", facebook, ""},
	{"Facebook on Android", galaxy + "[FB_IAB/FB4A;FBAV/491.0.0.62.77;IABMV/1;]", true, webViewBrands, "Android", facebook, ""},
	{"Facebook on iPad", "Mozilla/5.0 (iPad; CPU OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21F90 [FBAN/FBIOS;FBAV/490.0.0.39.107;FBDV/iPad13,1;FBMD/iPad;FBSN/iPadOS;FBSV/17.5.1;FBLC/en_GB;FBOP/5]", true, "", "", facebook, ""},
	{"Messenger on iPhone", iPhone + "Mobile/21F90 [FBAN/MessengerForiOS;FBAV/480.0.0.33.107;FBBV/660000000;FBDV/iPhone15,3;FBMD/iPhone;FBSN/iOS;FBSV/17.5.1;FBLC/nb_NO]", true, "", "", "", ""},
	{"Messenger on Android", galaxy + "[FB_IAB/Orca-Android;FBAV/480.0.0.30.109;]", true, webViewBrands, "Android", "", ""},
	{"Instagram on iPhone", iPhone + "Mobile/21F90 Instagram 358.0.0.25.95 (iPhone14,5; iOS 17_5_1; nb_NO; nb; scale=3.00; 1170x2532; 658000000)", true, "", "", "https://l.instagram.com/", ""},
	{"Instagram on Android", galaxy + "Instagram 358.0.0.51.97 Android (33/13; 480dpi; 1080x2131; samsung; SM-S911B; dm1q; qcom; nb_NO; 658190000)", true, webViewBrands, "Android", "https://l.instagram.com/", ""},
	{"Instagram on a Pixel", pixel + "Instagram 358.0.0.51.97 Android (34/14; 420dpi; 1080x2205; Google/google; Pixel 8; shiba; shiba; en_GB; 658190000)", true, webViewBrands, "Android", "https://l.instagram.com/", ""},
	{"Threads on iPhone", iPhone + "Mobile/21F90 Barcelona 358.0.0.30.109 (iPhone15,3; iOS 17_5_1; nb_NO; nb; scale=3.00; 1290x2796; 658000001)", true, "", "", "", ""},
	{"Snapchat on iPhone", iPhone + "Version/17.5 Mobile/15E148 Safari/604.1 Snapchat/13.16.0.41 (like Safari/8618.2.12.10.9, panda)", true, "", "", "", ""},
	{"Snapchat on Android", galaxy + "Snapchat/13.16.0.45 (SM-S911B; Android 13#S911BXXU3BWI1#33; gzip; )", true, webViewBrands, "Android", "", ""},
	{"TikTok on iPhone", iPhone + "Mobile/15E148 musical_ly_37.0.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/nb Region/NO isDarkMode/1 WKWebView/1 RevealType/Dialog BytedanceWebview/d8a21c6 FalconTag/9E6A8B4C-1D2F-4A5B-8C7D-0E1F2A3B4C5D", true, "", "", "https://www.tiktok.com/", ""},
	{"TikTok on Android", pixel + "trill_370002 JsSdk/1.0 NetType/WIFI Channel/googleplay AppName/musical_ly app_version/37.0.2 ByteLocale/nb ByteFullLocale/nb Region/NO AppId/1233 BytedanceWebview/d8a21c6 AppVersion/37.0.2", true, webViewBrands, "Android", "", ""},
	{"X on iPhone", iPhone + "Mobile/15E148 Twitter for iPhone/10.67", true, "", "", "https://t.co/abc", ""},
	{"X on Android", pixel + "TwitterAndroid", true, webViewBrands, "Android", "https://t.co/", ""},
	{"Pinterest on iPhone", iPhone + "Mobile/21F90 [Pinterest/iOS]", true, "", "", "", ""},
	{"Teams' own window", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Teams/24295.606.3238.6194 Chrome/130.0.6723.91 Electron/33.0.2 Safari/537.36", true, `"Chromium";v="130", "Not?A_Brand";v="99"`, "Windows", "", ""},
	{"Slack's own window", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.41.96 Chrome/130.0.0.0 Electron/33.0.1 Safari/537.36", true, `"Chromium";v="130", "Not?A_Brand";v="99"`, "macOS", "", ""},
	{"a plain Android WebView", pixel, true, webViewBrands, "Android", "", ""},
	{"an old WebView", "Mozilla/5.0 (Linux; Android 8.1.0; SM-J530F Build/M1AJQ; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/74.0.3729.157 Mobile Safari/537.36", false, "", "", "", ""},
	{"a plain WKWebView", iPhone + "Mobile/15E148", true, "", "", "", ""},
	{"WeChat on iPhone", iPhone + "Mobile/15E148 MicroMessenger/8.0.50(0x18003230) NetType/WIFI Language/en", true, "", "", "", ""},
	{"Huawei Browser", "Mozilla/5.0 (Linux; Android 12; ANA-NX9; HMSCore 6.14.0.322) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.5735.196 HuaweiBrowser/15.0.4.312 Mobile Safari/537.36", true, `"Chromium";v="114", "HuaweiBrowser";v="114"`, "Android", "", ""},
	{"a Cubot telephone", "Mozilla/5.0 (Linux; Android 13; CUBOT P80 Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.6778.39 Mobile Safari/537.36", true, webViewBrands, "Android", "", ""},
	{"Silk on a Fire tablet", "Mozilla/5.0 (Linux; Android 9; KFTRWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/130.4.1 like Chrome/130.0.6723.102 Safari/537.36", true, `"Amazon Silk";v="130", "Chromium";v="130"`, "Android", "", ""},
	{"UC Browser", "Mozilla/5.0 (Linux; U; Android 13; nb-NO; M2101K6G Build/TKQ1.221013.002) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.7.8.1321 Mobile Safari/537.36", true, "", "", "", ""},
	{"MIUI Browser", "Mozilla/5.0 (Linux; U; Android 13; nb-no; 2201117TY Build/TKQ1.221114.001) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/112.0.5615.136 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.10.1-gn", true, `"Chromium";v="112", "Android WebView";v="112", "Not:A-Brand";v="99"`, "Android", "", ""},
	{"Yandex on Android", "Mozilla/5.0 (Linux; arm_64; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.6613.120 YaBrowser/24.10.2.120.00 SA/3 Mobile Safari/537.36", true, `"Chromium";v="128", "Not;A=Brand";v="24", "YaBrowser";v="24.10"`, "Android", "", ""},
	{"Yandex on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 YaBrowser/24.10.0.0 Safari/537.36", true, `"Chromium";v="128", "Not;A=Brand";v="24", "YaBrowser";v="24.10", "Yowser";v="2.5"`, "Windows", "https://yandex.com/", ""},
	{"WhatsApp's own window on Android", pixel, true, webViewBrands, "Android", "", "com.whatsapp"},
	{"Telegram's own window on Android", galaxy + "Telegram-Android/11.2.3 (Samsung SM-S911B; Android 13; SDK 33; HIGH)", true, webViewBrands, "Android", "", "org.telegram.messenger"},
	{"Reddit on Android", pixel + "Reddit/Version 2024.44.0/Build 1994141/Android 14", true, webViewBrands, "Android", "https://www.reddit.com/", "com.reddit.frontpage"},
	{"Gmail on iPhone", iPhone + "GmailApp/6.0.241027 Mobile/15E148 Safari/604.1", true, "", "", "", ""},
	{"Outlook on Android", pixel, true, webViewBrands, "Android", "", "com.microsoft.office.outlook"},
	{"Bing app on iPhone", iPhone + "Version/17.0 Mobile/15E148 Safari/605.1.15 BingSapphire/29.9.421023001", true, "", "", "", ""},
	{"LINE on Android", pixel + "Line/14.18.1/IAB", true, webViewBrands, "Android", "", "jp.naver.line.android"},
	{"KakaoTalk on iPhone", iPhone + "Mobile/15E148 KAKAOTALK 24.10.0 (INAPP)", true, "", "", "", ""},
	{"Discord's own window", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) discord/1.0.9170 Chrome/128.0.6613.36 Electron/32.0.0 Safari/537.36", true, `"Chromium";v="128", "Not;A=Brand";v="24"`, "Windows", "", ""},
	{"Firefox Focus on iPhone", iPhone + "FxiOS/132.0 Focus/132.0 Mobile/15E148 Safari/605.1.15", true, "", "", "", ""},
	{"Opera GX", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36 OPR/114.0.0.0 (Edition std-2)", true, `"Chromium";v="128", "Not;A=Brand";v="24", "Opera GX";v="114"`, "Windows", "", ""},
	{"Opera Touch", iPhone + "Version/17.5 Mobile/15E148 Safari/604.1 OPT/5.5.0", true, "", "", "", ""},
	{"Ecosia on iPhone", iPhone + "Version/17.5 Mobile/15E148 Safari/604.1 (Ecosia ios@10.5.0.2137)", true, "", "", "", ""},
	{"Ecosia on Android", "Mozilla/5.0 (Linux; Android 10; K) " + blink + "Mobile Safari/537.36 (Ecosia android@131.0.6778.39)", true, chromeBrands, "Android", "", ""},
	{"Vivo Browser", "Mozilla/5.0 (Linux; Android 13; V2118A Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/114.0.5735.196 Mobile Safari/537.36 VivoBrowser/20.1.1.0", true, webViewBrands, "Android", "", ""},
	{"HeyTap Browser", "Mozilla/5.0 (Linux; U; Android 14; nb-no; CPH2581 Build/UKQ1.230924.001) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/115.0.5790.168 Mobile Safari/537.36 HeyTapBrowser/45.10.5.1", true, "", "", "", ""},
	{"QQ Browser", "Mozilla/5.0 (Linux; U; Android 13; zh-cn; 22081212C Build/TKQ1.220829.002) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/109.0.5414.86 MQQBrowser/15.2 Mobile Safari/537.36", true, "", "", "", ""},
	{"Whale", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Whale/3.28.266.14 Safari/537.36", true, `"Chromium";v="128", "Not;A=Brand";v="24", "Whale";v="3"`, "Windows", "", ""},
	{"Epiphany", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15", false, "", "", "", ""},
	{"Chrome that asks for desktop pages on iPhone", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131 Version/11.1.1 Safari/605.1.15", true, "", "", "", ""},
	{"Tor Browser", "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0", true, "", "", "", ""},
	{"Internet on a KaiOS telephone", "Mozilla/5.0 (Mobile; Nokia_2720_Flip; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5.2.2", false, "", "", "", ""},
	{"Snapchat on iPad", "Mozilla/5.0 (iPad; CPU OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1 Snapchat/13.16.0.41 (like Safari/8618.2.12.10.9, panda)", true, "", "", "", ""},
	{"LinkedIn on iPad", "Mozilla/5.0 (iPad; CPU OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [LinkedInApp]/9.29.8962", true, "", "", "https://www.linkedin.com/", ""},
	{"Workplace on Android", galaxy + "[FB_IAB/WorkplaceForAndroid;FBAV/480.0.0.30.109;]", true, webViewBrands, "Android", "", "com.facebook.work"},
	{"Teams on Android", pixel + "TeamsMobile-Android", true, webViewBrands, "Android", "", "com.microsoft.teams"},
	{"Edge's WebView in new Teams", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + blink + "Safari/537.36 Edg/131.0.2903.51 Teams/24295.605.3225.8804/49", true, `"Microsoft Edge WebView2";v="131", "Microsoft Edge";v="131", "Chromium";v="131", "Not_A Brand";v="24"`, "Windows", "", ""},
}
