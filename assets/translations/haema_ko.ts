<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko_KR" sourcelanguage="en_US">
<context>
    <name>AnswerTurn</name>
    <message>
        <source>Copy</source>
        <translation>복사</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>다시</translation>
    </message>
    <message>
        <source>Copy this answer</source>
        <translation>이 답 복사</translation>
    </message>
    <message>
        <source>Answer the question again</source>
        <translation>질문에 다시 답하기</translation>
    </message>
    <message>
        <source>Answer. {origin}</source>
        <translation>답. {origin}</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>답</translation>
    </message>
    <message>
        <source>This answer broke off. What was written is kept; ask again to go on.</source>
        <translation>답이 도중에 끊겼어요. 쓰던 글은 남아 있으니, 이어 가려면 다시 물어보세요.</translation>
    </message>
    <message>
        <source>Stopped before the first word.</source>
        <translation>첫 낱말 전에 멈췄어요.</translation>
    </message>
    <message>
        <source>The model wrote nothing. Try again, or ask differently.</source>
        <translation>모델이 아무것도 쓰지 않았어요. 다시 하거나 다르게 물어보세요.</translation>
    </message>
    <message>
        <source>Recall took too long, so this answer is without your memory.</source>
        <translation>기억을 떠올리는 데 너무 오래 걸려서, 기억 없이 답했어요.</translation>
    </message>
    <message>
        <source>Recall failed, so this answer is without your memory.</source>
        <translation>기억을 떠올리지 못해서, 기억 없이 답했어요.</translation>
    </message>
    <message>
        <source>From your documents</source>
        <translation>내 문서에서</translation>
    </message>
    <message>
        <source>From your past chats</source>
        <translation>지난 대화에서</translation>
    </message>
    <message>
        <source>From your documents and your past chats</source>
        <translation>내 문서와 지난 대화에서</translation>
    </message>
    <message>
        <source>From the model itself</source>
        <translation>모델이 아는 것으로</translation>
    </message>
    <message>
        <source>memory was off</source>
        <translation>기억을 꺼 둠</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>멈춤</translation>
    </message>
    <message>
        <source>cut at the length limit</source>
        <translation>길이 한도에서 끊김</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>복사했어요</translation>
    </message>
</context>
<context>
    <name>ChatPane</name>
    <message>
        <source>Reading…</source>
        <translation>읽는 중…</translation>
    </message>
    <message>
        <source>Loading the model… {percent} %</source>
        <translation>모델을 불러오는 중… {percent}%</translation>
    </message>
    <message>
        <source>Opening the memory…</source>
        <translation>기억을 여는 중…</translation>
    </message>
    <message>
        <source>Recalling…</source>
        <translation>기억을 떠올리는 중…</translation>
    </message>
    <message>
        <source>recall {ms} ms</source>
        <translation>회상 {ms}ms</translation>
    </message>
    <message>
        <source>first word {seconds} s</source>
        <translation>첫 낱말 {seconds}초</translation>
    </message>
    <message>
        <source>{rate} tokens/s</source>
        <translation>초당 {rate}토큰</translation>
    </message>
    <message>
        <source>{percent} % reused</source>
        <translation>{percent}% 재사용</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>context {used} of {context}</source>
        <translation>문맥 {used} / {context}</translation>
    </message>
    <message>
        <source>instructions {n}</source>
        <translation>지시문 {n}</translation>
    </message>
    <message>
        <source>conversation {n}</source>
        <translation>지난 대화 {n}</translation>
    </message>
    <message>
        <source>recalled {n}</source>
        <translation>떠올린 기억 {n}</translation>
    </message>
    <message>
        <source>your prompt {n}</source>
        <translation>이번 질문 {n}</translation>
    </message>
    <message>
        <source>kept free for the answer {n}</source>
        <translation>답을 쓸 자리 {n}</translation>
    </message>
    <message>
        <source>older turns left out {n}</source>
        <translation>빠진 옛 차례 {n}</translation>
    </message>
    <message>
        <source>Tokens the model reads at once:</source>
        <translation>모델이 한 번에 읽는 토큰:</translation>
    </message>
    <message>
        <source>Ask anything. Drop files here.</source>
        <translation>무엇이든 물어보세요. 파일을 여기에 놓으세요.</translation>
    </message>
    <message>
        <source>Your prompt</source>
        <translation>질문</translation>
    </message>
    <message>
        <source>Add files to the memory</source>
        <translation>기억에 파일 더하기</translation>
    </message>
    <message>
        <source>Stop (Ctrl+.)</source>
        <translation>멈추기 (Ctrl+.)</translation>
    </message>
    <message>
        <source>Send (Enter)</source>
        <translation>보내기 (Enter)</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>멈추기</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>보내기</translation>
    </message>
</context>
<context>
    <name>ConversationsModel</name>
    <message>
        <source>New conversation</source>
        <translation>새 대화</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>오늘</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>어제</translation>
    </message>
    <message>
        <source>This week</source>
        <translation>이번 주</translation>
    </message>
    <message>
        <source>This month</source>
        <translation>이번 달</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>더 예전</translation>
    </message>
    <message>
        <source>d MMMM yyyy, hh:mm</source>
        <translation>yyyy년 M월 d일 (ddd) AP h:mm</translation>
    </message>
</context>
<context>
    <name>ConversationsPane</name>
    <message>
        <source>1 memory</source>
        <translation>기억 1개</translation>
    </message>
    <message>
        <source>{count} memories</source>
        <translation>기억 {count}개</translation>
    </message>
    <message>
        <source>1 document</source>
        <translation>문서 1개</translation>
    </message>
    <message>
        <source>{count} documents</source>
        <translation>문서 {count}개</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>새 대화</translation>
    </message>
    <message>
        <source>New conversation (Ctrl+N)</source>
        <translation>새 대화 (Ctrl+N)</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>대화 찾기</translation>
    </message>
    <message>
        <source>Search the titles of your conversations (Ctrl+K)</source>
        <translation>대화 제목에서 찾아요 (Ctrl+K)</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>대화</translation>
    </message>
    <message>
        <source>No conversation has these words in its title.</source>
        <translation>제목에 이 말이 든 대화가 없어요.</translation>
    </message>
    <message>
        <source>Your conversations will stand here.</source>
        <translation>나눈 대화가 여기에 모여요.</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>이름 바꾸기</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>지우기…</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message>
        <source>Drop to remember</source>
        <translation>놓으면 기억해요</translation>
    </message>
</context>
<context>
    <name>EmptyTranscript</name>
    <message>
        <source>Ask anything, or drop files here to remember them.</source>
        <translation>무엇이든 물어보거나, 기억할 파일을 여기에 놓으세요.</translation>
    </message>
    <message>
        <source>What you say stays on this computer and is remembered.</source>
        <translation>나눈 말은 이 컴퓨터에만 남고, 다음에 떠올려요.</translation>
    </message>
    <message>
        <source>Remember that </source>
        <translation>이것을 기억해 줘: </translation>
    </message>
    <message>
        <source>What did I say about </source>
        <translation>지난 대화에서 찾아 줘: </translation>
    </message>
    <message>
        <source>What do my documents say about </source>
        <translation>내 문서에서 찾아 줘: </translation>
    </message>
</context>
<context>
    <name>FilesModel</name>
    <message>
        <source>waiting</source>
        <translation>기다리는 중</translation>
    </message>
    <message>
        <source>being read</source>
        <translation>읽는 중</translation>
    </message>
    <message>
        <source>being remembered</source>
        <translation>기억하는 중</translation>
    </message>
    <message>
        <source>1 passage</source>
        <translation>1개 대목</translation>
    </message>
    <message>
        <source>{count} passages</source>
        <translation>{count}개 대목</translation>
    </message>
    <message>
        <source>known already</source>
        <translation>이미 기억함</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>빠짐</translation>
    </message>
</context>
<context>
    <name>FilesPanel</name>
    <message>
        <source>Files for the memory</source>
        <translation>기억할 파일</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Which model answers</source>
        <translation>답하는 모델</translation>
    </message>
    <message>
        <source>Loading the model… {percent} %</source>
        <translation>모델을 불러오는 중… {percent}%</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>모델 없음</translation>
    </message>
    <message>
        <source>{name} · starter · {device}</source>
        <translation>{name} · 기본 모델 · {device}</translation>
    </message>
    <message>
        <source>reads {context} tokens at once</source>
        <translation>한 번에 {context}토큰을 읽어요</translation>
    </message>
    <message>
        <source>{on} of {layers} layers on the GPU</source>
        <translation>{layers}개 층 중 {on}개가 GPU에 있어요</translation>
    </message>
    <message>
        <source>runs on the processor, {threads} threads</source>
        <translation>CPU에서 스레드 {threads}개로 돌아요</translation>
    </message>
    <message>
        <source>Model: {words}</source>
        <translation>모델: {words}</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>오프라인</translation>
    </message>
    <message>
        <source>Nothing you write or drop here leaves this computer.</source>
        <translation>여기에 쓰거나 놓은 것은 이 컴퓨터를 떠나지 않아요.</translation>
    </message>
    <message>
        <source>Conversations (Ctrl+B)</source>
        <translation>대화 목록 (Ctrl+B)</translation>
    </message>
    <message>
        <source>Sources (Ctrl+Shift+B)</source>
        <translation>답에 쓰인 기억 (Ctrl+Shift+B)</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>새 대화</translation>
    </message>
    <message>
        <source>Choose a model file…</source>
        <translation>모델 파일 고르기…</translation>
    </message>
    <message>
        <source>Use the starter (SmolLM2 135M)</source>
        <translation>기본 모델 쓰기 (SmolLM2 135M)</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Show the files</source>
        <translation>파일 보기</translation>
    </message>
    <message>
        <source>Stop indexing</source>
        <translation>그만 읽기</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>{name} and {more} more</source>
        <translation>{name} 외 {more}개</translation>
    </message>
    <message>
        <source>{name} — counting the files…</source>
        <translation>{name} — 파일을 세는 중…</translation>
    </message>
    <message>
        <source>{name} — {done} of {total} files</source>
        <translation>{name} — {total}개 중 {done}개</translation>
    </message>
    <message>
        <source>{name} — stopping…</source>
        <translation>{name} — 멈추는 중…</translation>
    </message>
    <message>
        <source>{name} — stopped, {kept} files remembered</source>
        <translation>{name} — 멈췄어요. {kept}개를 기억했어요</translation>
    </message>
    <message>
        <source>{name} — {kept} files remembered, {refused} left out</source>
        <translation>{name} — {kept}개를 기억했고 {refused}개가 빠졌어요</translation>
    </message>
    <message>
        <source>{name} — remembered</source>
        <translation>{name} — 기억했어요</translation>
    </message>
    <message>
        <source>{name} — {kept} files remembered</source>
        <translation>{name} — {kept}개를 기억했어요</translation>
    </message>
    <message>
        <source>{count} s left</source>
        <translation>{count}초 남음</translation>
    </message>
    <message>
        <source>{count} min left</source>
        <translation>{count}분 남음</translation>
    </message>
    <message>
        <source>{count} h left</source>
        <translation>{count}시간 남음</translation>
    </message>
</context>
<context>
    <name>QuestionTurn</name>
    <message>
        <source>{author} said</source>
        <translation>{author} 님의 말</translation>
    </message>
    <message>
        <source>You said</source>
        <translation>내가 한 말</translation>
    </message>
</context>
<context>
    <name>SourceCard</name>
    <message>
        <source>Open</source>
        <translation>열기</translation>
    </message>
    <message>
        <source>Open {title}</source>
        <translation>{title} 열기</translation>
    </message>
    <message>
        <source>Source {number}: {title}</source>
        <translation>기억 {number}: {title}</translation>
    </message>
    <message>
        <source>A document</source>
        <translation>문서</translation>
    </message>
    <message>
        <source>A fact you keep</source>
        <translation>간직한 사실</translation>
    </message>
    <message>
        <source>Haema</source>
        <translation>해마</translation>
    </message>
    <message>
        <source>You</source>
        <translation>나</translation>
    </message>
    <message>
        <source>{who}, in “{title}”</source>
        <translation>{who}, 「{title}」에서</translation>
    </message>
    <message>
        <source>{who}, in an earlier conversation</source>
        <translation>{who}, 지난 대화에서</translation>
    </message>
    <message>
        <source>page {page}</source>
        <translation>{page}쪽</translation>
    </message>
    <message>
        <source>§ {heading}</source>
        <translation>{heading}</translation>
    </message>
    <message>
        <source>d MMMM yyyy, HH:mm</source>
        <extracomment>Date and time as QLocale.toString takes them; in Korean: yyyy년 M월 d일 (ddd) AP h:mm</extracomment>
        <translation>yyyy년 M월 d일 (ddd) AP h:mm</translation>
    </message>
    <message>
        <source>words</source>
        <translation>낱말</translation>
    </message>
    <message>
        <source>meaning</source>
        <translation>뜻</translation>
    </message>
    <message>
        <source>names</source>
        <translation>이름</translation>
    </message>
    <message>
        <source>date</source>
        <translation>날짜</translation>
    </message>
    <message>
        <source>same conversation</source>
        <translation>같은 대화</translation>
    </message>
    <message>
        <source>beside a match</source>
        <translation>맞는 곳 옆</translation>
    </message>
</context>
<context>
    <name>SourcesPane</name>
    <message>
        <source>What this answer used</source>
        <translation>이 답에 쓰인 기억</translation>
    </message>
    <message>
        <source>When an answer rests on your documents or past chats, they are listed here.</source>
        <translation>답이 내 문서나 지난 대화에 기대면, 그 기억이 여기에 나와요.</translation>
    </message>
</context>
<context>
    <name>ToEnd</name>
    <message>
        <source>To the end</source>
        <translation>맨 아래로</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Conversation</source>
        <translation>대화</translation>
    </message>
</context>
<context>
    <name>TurnText</name>
    <message>
        <source>Copy</source>
        <translation>복사</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>모두 고르기</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>링크 복사</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>An assistant that remembers</source>
        <translation>기억하는 비서, 해마</translation>
    </message>
    <message>
        <source>Haema keeps what you tell it and what you give it to read, and recalls it when it answers.</source>
        <translation>해마는 들려준 말과 읽은 문서를 간직했다가, 답할 때 떠올려요.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>언어</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>폴더 고르기…</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>시작하기</translation>
    </message>
    <message>
        <source>Everything stays on this computer. Haema starts with a small model; you can choose a larger one later.</source>
        <translation>모든 것은 이 컴퓨터에만 남아요. 처음에는 작은 모델로 시작하고, 더 큰 모델은 나중에 고를 수 있어요.</translation>
    </message>
    <message>
        <source>Reading {names}</source>
        <translation>{names} 읽는 중</translation>
    </message>
    <message>
        <source>Drop a folder with your documents here</source>
        <translation>문서가 든 폴더를 여기에 놓으세요</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>폴더 고르기</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Choose a model file…</source>
        <translation>모델 파일 고르기…</translation>
    </message>
    <message>
        <source>The model stopped in its self-test and now runs in a safer, slower way. Haema will remember that.</source>
        <translation>모델이 자체 검사에서 멈춰서 더 안전하고 느린 방식으로 돌려요. 다음부터는 바로 이렇게 열게요.</translation>
    </message>
    <message>
        <source>This model has no chat template; Haema uses a common one (ChatML), which may not suit it.</source>
        <translation>이 모델에는 대화 틀이 없어서 흔히 쓰는 틀(ChatML)로 말을 걸어요. 모델에 맞지 않을 수 있어요.</translation>
    </message>
    <message>
        <source>No program on this computer opens “{name}”.</source>
        <translation>이 컴퓨터에는 ‘{name}’ 파일을 여는 프로그램이 없어요.</translation>
    </message>
    <message>
        <source>That conversation is not here any more.</source>
        <translation>그 대화는 이제 없어요.</translation>
    </message>
    <message>
        <source>Add files to the memory</source>
        <translation>기억에 파일 더하기</translation>
    </message>
    <message>
        <source>Choose a model file</source>
        <translation>모델 파일 고르기</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>GGUF 모델 (*.gguf)</translation>
    </message>
</context>
<context>
    <name>_Delegate</name>
    <message>
        <source>Title of the conversation</source>
        <translation>대화 제목</translation>
    </message>
</context>
<context>
    <name>dialogs</name>
    <message>
        <source>Your conversations are saved. You can go on, or copy the details and send them to us.</source>
        <translation>대화는 모두 저장되어 있어요. 계속 쓰거나, 자세한 내용을 복사해 알려 주세요.</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>자세한 내용 복사</translation>
    </message>
    <message>
        <source>Delete the conversation</source>
        <translation>대화 지우기</translation>
    </message>
    <message>
        <source>Delete “{title}”?</source>
        <translation>‘{title}’ 대화를 지울까요?</translation>
    </message>
    <message>
        <source>Haema forgets everything said in it. This cannot be undone.</source>
        <translation>여기서 나눈 말을 모두 잊어요. 되돌릴 수 없어요.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>지우기</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>그대로 두기</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>새 대화</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>대화 찾기</translation>
    </message>
    <message>
        <source>Write a prompt</source>
        <translation>질문 쓰기</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>보내기</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>줄 바꾸기</translation>
    </message>
    <message>
        <source>Stop the answer (Esc too)</source>
        <translation>답 멈추기 (Esc도 돼요)</translation>
    </message>
    <message>
        <source>Add files to the memory</source>
        <translation>기억에 파일 더하기</translation>
    </message>
    <message>
        <source>Rename the conversation</source>
        <translation>대화 이름 바꾸기</translation>
    </message>
    <message>
        <source>Show or hide the conversations</source>
        <translation>대화 목록 보이기·숨기기</translation>
    </message>
    <message>
        <source>Show or hide the sources</source>
        <translation>답에 쓰인 기억 보이기·숨기기</translation>
    </message>
    <message>
        <source>This list</source>
        <translation>이 목록</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>단축키</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>Something went wrong inside Haema ({reason}). The log has the details.</source>
        <translation>해마 안에서 문제가 생겼어요({reason}). 자세한 내용은 로그에 있어요.</translation>
    </message>
    <message>
        <source>The model could not do this.</source>
        <translation>모델이 이 일을 하지 못했어요.</translation>
    </message>
    <message>
        <source>There is no file “{path}”. Choose a model file that exists.</source>
        <translation>‘{path}’ 파일이 없어요. 있는 모델 파일을 골라 주세요.</translation>
    </message>
    <message>
        <source>“{path}” is not a GGUF model. Choose a file made for llama.cpp, ending in .gguf.</source>
        <translation>‘{path}’ 파일은 GGUF 모델이 아니에요. llama.cpp용으로 만든 .gguf 파일을 골라 주세요.</translation>
    </message>
    <message>
        <source>“{path}” is incomplete: it has {have} of {need}. Download it again.</source>
        <translation>‘{path}’ 파일이 다 받아지지 않았어요. {need} 중 {have}만 있어요. 다시 내려받아 주세요.</translation>
    </message>
    <message>
        <source>“{path}” does not fit in memory: it needs {need}, and {have} is free. Choose a smaller model or close other programs.</source>
        <translation>‘{path}’ 모델은 메모리에 들어가지 않아요. 필요한 크기는 {need}인데 {have}만 비어 있어요. 더 작은 모델을 고르거나 다른 프로그램을 닫아 주세요.</translation>
    </message>
    <message>
        <source>“{path}” is a GGUF file that llama.cpp cannot run ({reason}). Choose another model.</source>
        <translation>‘{path}’ 파일은 llama.cpp가 돌리지 못하는 GGUF예요({reason}). 다른 모델을 골라 주세요.</translation>
    </message>
    <message>
        <source>The starter model “{path}” is damaged. Install Haema again, or choose another model.</source>
        <translation>기본 모델 ‘{path}’ 파일이 손상됐어요. 해마를 다시 설치하거나 다른 모델을 골라 주세요.</translation>
    </message>
    <message>
        <source>The model “{model}” has a chat template that does not work ({reason}). Choose another model.</source>
        <translation>모델 ‘{model}’에 든 대화 틀이 제대로 되어 있지 않아요({reason}). 다른 모델을 골라 주세요.</translation>
    </message>
    <message>
        <source>No model is loaded. Choose a model first.</source>
        <translation>불러온 모델이 없어요. 먼저 모델을 골라 주세요.</translation>
    </message>
    <message>
        <source>Your text has {have} tokens and the model can read {room} at once. Shorten it, or drop it as a file instead.</source>
        <translation>쓴 글은 {have}토큰인데 모델은 한 번에 {room}토큰까지 읽어요. 글을 줄이거나 파일로 놓아 주세요.</translation>
    </message>
    <message>
        <source>The model stopped unexpectedly. What it had written is kept; ask again to go on.</source>
        <translation>모델이 갑자기 멈췄어요. 쓰던 답은 남아 있어요. 다시 물으면 이어 갈 수 있어요.</translation>
    </message>
    <message>
        <source>Something went wrong inside the engine ({reason}). The log has the details.</source>
        <translation>엔진 안에서 문제가 생겼어요({reason}). 자세한 내용은 로그에 있어요.</translation>
    </message>
    <message>
        <source>The memory could not do this.</source>
        <translation>기억이 이 일을 하지 못했어요.</translation>
    </message>
    <message>
        <source>The database “{path}” is in use by another program. Close it and try again.</source>
        <translation>‘{path}’ 데이터베이스를 다른 프로그램이 쓰고 있어요. 그 프로그램을 닫고 다시 해 주세요.</translation>
    </message>
    <message>
        <source>Haema cannot write to its data folder “{path}”. Make the folder writable, or choose another with --home.</source>
        <translation>‘{path}’ 폴더에 쓸 수 없어요. 폴더에 쓰기를 허락하거나 --home으로 다른 폴더를 골라 주세요.</translation>
    </message>
    <message>
        <source>The disk that holds “{path}” is full. Free some space and try again; nothing stored so far is lost.</source>
        <translation>‘{path}’ 폴더가 있는 디스크가 가득 찼어요. 자리를 비우고 다시 해 주세요. 지금까지 저장한 것은 그대로 있어요.</translation>
    </message>
    <message>
        <source>Haema is already open on the data folder “{path}”. Use that window, or close it and try again.</source>
        <translation>‘{path}’ 폴더를 쓰는 해마가 이미 열려 있어요. 그 창을 쓰거나, 닫고 다시 열어 주세요.</translation>
    </message>
    <message>
        <source>The data folder “{path}” was written by a newer Haema (schema {have}, this one knows {known}). Update Haema.</source>
        <translation>‘{path}’ 폴더는 더 새로운 해마가 만들었어요(스키마 {have}, 여기서는 {known}까지). 해마를 업데이트해 주세요.</translation>
    </message>
    <message>
        <source>The database “{path}” is damaged ({reason}). Run “haema doctor”, or restore a backup.</source>
        <translation>‘{path}’ 데이터베이스가 손상됐어요({reason}). ‘haema doctor’를 실행하거나 백업을 되살려 주세요.</translation>
    </message>
    <message>
        <source>There is no file or folder “{path}”. Check the name.</source>
        <translation>‘{path}’라는 파일이나 폴더가 없어요. 이름을 확인해 주세요.</translation>
    </message>
    <message>
        <source>“{path}” cannot be read ({reason}). Check the file, or save it again in another format.</source>
        <translation>‘{path}’ 파일을 읽을 수 없어요({reason}). 파일을 확인하거나 다른 형식으로 다시 저장해 주세요.</translation>
    </message>
    <message>
        <source>“{path}” has no text in it. If it is a scan, run text recognition on it first.</source>
        <translation>‘{path}’ 파일에 글이 없어요. 스캔한 문서라면 먼저 글자 인식을 해 주세요.</translation>
    </message>
    <message>
        <source>Haema cannot read files like “{path}” yet. Save it as PDF, DOCX, HTML, Markdown or text.</source>
        <translation>‘{path}’ 같은 파일은 아직 읽지 못해요. PDF, DOCX, HTML, 마크다운이나 텍스트로 저장해 주세요.</translation>
    </message>
    <message>
        <source>“{path}” stopped the reader twice and is left out. Save it again in another format.</source>
        <translation>‘{path}’ 파일을 읽다가 두 번 멈춰서 뺐어요. 다른 형식으로 다시 저장해 주세요.</translation>
    </message>
    <message>
        <source>“{path}” is not a conversation export that Haema knows. Choose the conversations.json or the ZIP of a ChatGPT export.</source>
        <translation>‘{path}’ 파일은 해마가 아는 대화 내보내기가 아니에요. ChatGPT에서 내보낸 ZIP이나 conversations.json을 골라 주세요.</translation>
    </message>
    <message>
        <source>There is no conversation “{conversation}”. Leave the option out to start a new one.</source>
        <translation>‘{conversation}’ 대화가 없어요. 이 옵션을 빼면 새 대화가 시작돼요.</translation>
    </message>
    <message>
        <source>The model that compares meanings cannot be loaded ({reason}). Run “haema doctor”.</source>
        <translation>뜻을 견주는 모델을 불러올 수 없어요({reason}). ‘haema doctor’를 실행해 주세요.</translation>
    </message>
    <message>
        <source>The memory stopped unexpectedly and was started again. Nothing stored is lost.</source>
        <translation>기억이 갑자기 멈춰서 다시 열었어요. 저장한 것은 그대로 있어요.</translation>
    </message>
    <message>
        <source>Something went wrong inside the memory ({reason}). The log has the details.</source>
        <translation>기억 안에서 문제가 생겼어요({reason}). 자세한 내용은 로그에 있어요.</translation>
    </message>
</context>
</TS>
