<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ko_KR" sourcelanguage="en_US">
<context>
    <name>Adapters</name>
    <message>
        <source>Choose a file…</source>
        <translation>파일 고르기…</translation>
    </message>
    <message>
        <source>Choose LoRA adapters</source>
        <translation>LoRA 어댑터 고르기</translation>
    </message>
    <message>
        <source>GGUF adapters (*.gguf)</source>
        <translation>GGUF 어댑터 (*.gguf)</translation>
    </message>
    <message>
        <source>LoRA adapters</source>
        <translation>LoRA 어댑터</translation>
    </message>
    <message>
        <source>Small files that change how a model answers; several work together.</source>
        <translation>모델이 답하는 방식을 바꾸는 작은 파일이에요. 여러 개를 함께 쓸 수 있어요.</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>더하기…</translation>
    </message>
    <message>
        <source>Add a LoRA adapter</source>
        <translation>LoRA 어댑터 더하기</translation>
    </message>
</context>
<context>
    <name>AnswerStatus</name>
    <message>
        <source>recall {ms} ms</source>
        <translation>떠올리기 {ms} ms</translation>
    </message>
    <message>
        <source>first word {seconds} s</source>
        <translation>첫 단어 {seconds}초</translation>
    </message>
    <message>
        <source>{rate} tokens/s</source>
        <translation>초당 {rate}토큰</translation>
    </message>
    <message>
        <source>{percent} % reused</source>
        <translation>{percent} % 재사용</translation>
    </message>
</context>
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
        <source>Correct</source>
        <translation>바로잡기</translation>
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
        <source>Say what is right, and have it remembered</source>
        <translation>맞는 내용을 알려 주면 기억해요</translation>
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
        <source>The index server did not answer, so your memory was searched by words alone.</source>
        <translation>색인 서버가 응답하지 않아 기억을 낱말로만 찾았어요.</translation>
    </message>
    <message>
        <source>Nothing about this in your memory; this is what the model knows.</source>
        <translation>기억에는 이 내용이 없어요. 모델이 아는 대로 답했어요.</translation>
    </message>
    <message>
        <source>Which source says what was not checked this time.</source>
        <translation>이번에는 어느 출처에서 왔는지 확인하지 못했어요.</translation>
    </message>
    <message>
        <source>No source says this: all of it is the model&apos;s own words.</source>
        <translation>출처에는 없는 내용이에요. 모두 모델이 한 말이에요.</translation>
    </message>
    <message>
        <source>1 sentence is the model&apos;s own words.</source>
        <translation>한 문장은 출처 없이 모델이 한 말이에요.</translation>
    </message>
    <message>
        <source>{count} sentences are the model&apos;s own words.</source>
        <translation>{count}개 문장은 출처 없이 모델이 한 말이에요.</translation>
    </message>
    <message>
        <source>The model&apos;s own words: {words}</source>
        <translation>모델이 한 말: {words}</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>복사했어요</translation>
    </message>
</context>
<context>
    <name>AutomaticNumber</name>
    <message>
        <source>Automatic</source>
        <translation>자동</translation>
    </message>
</context>
<context>
    <name>BubblePictures</name>
    <message>
        <source>1 picture</source>
        <translation>사진 1장</translation>
    </message>
    <message>
        <source>{count} pictures</source>
        <translation>사진 {count}장</translation>
    </message>
</context>
<context>
    <name>CatalogueDetail</name>
    <message>
        <source>{count} billion parameters</source>
        <translation>매개변수 {count}B</translation>
    </message>
    <message>
        <source>sees images</source>
        <translation>사진을 봄</translation>
    </message>
    <message>
        <source>thinks before it answers</source>
        <translation>생각한 뒤 답함</translation>
    </message>
    <message>
        <source>Licence: {licence}</source>
        <translation>라이선스: {licence}</translation>
    </message>
    <message>
        <source>{licence}. It forbids commercial use.</source>
        <translation>{licence}. 상업적으로는 쓸 수 없어요.</translation>
    </message>
    <message>
        <source>Read it</source>
        <translation>읽어 보기</translation>
    </message>
    <message>
        <source>The file is checked against the SHA-256 that Haema knows.</source>
        <translation>해마가 아는 SHA-256과 맞춰 확인해요.</translation>
    </message>
    <message>
        <source>Haema knows no checksum of this file; it is checked against the one the hub publishes.</source>
        <translation>해마는 이 파일의 체크섬을 몰라요. 허브가 공개한 값과 맞춰 확인해요.</translation>
    </message>
    <message>
        <source>This connects to {host}. Nothing you wrote is sent.</source>
        <translation>{host}에 연결해요. 내가 쓴 글은 보내지 않아요.</translation>
    </message>
    <message>
        <source>Show it on this computer</source>
        <translation>이 컴퓨터에서 보기</translation>
    </message>
    <message>
        <source>Go on with the download</source>
        <translation>이어서 받기</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 해 보기</translation>
    </message>
    <message>
        <source>Downloading…</source>
        <translation>받는 중…</translation>
    </message>
    <message>
        <source>Waits for the one before</source>
        <translation>차례를 기다리는 중</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>{size} 받기</translation>
    </message>
</context>
<context>
    <name>ChatOptions</name>
    <message>
        <source>recalls nothing</source>
        <translation>아무것도 떠올리지 않음</translation>
    </message>
    <message>
        <source>recalls only itself</source>
        <translation>이 대화만 떠올림</translation>
    </message>
    <message>
        <source>recalls only this project</source>
        <translation>이 프로젝트만 떠올림</translation>
    </message>
</context>
<context>
    <name>ChatPane</name>
    <message>
        <source>An answer is being written. Ask for the summary when it is done.</source>
        <translation>지금 답을 쓰고 있어요. 끝나면 요약을 부탁해 주세요.</translation>
    </message>
    <message>
        <source>Files are remembered, so a private conversation takes none. Pictures are fine.</source>
        <translation>파일은 기억에 남기 때문에 비공개 대화에는 넣을 수 없어요. 그림은 괜찮아요.</translation>
    </message>
    <message>
        <source>“{model}” cannot see pictures. Choose a model with vision.</source>
        <translation>‘{model}’ 모델은 사진을 볼 수 없어요. 사진을 보는 모델을 골라 주세요.</translation>
    </message>
    <message>
        <source>Choose a model…</source>
        <translation>모델 고르기…</translation>
    </message>
    <message>
        <source>Reading the prompt… {percent} %</source>
        <translation>질문을 읽는 중… {percent}%</translation>
    </message>
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
</context>
<context>
    <name>ClearableField</name>
    <message>
        <source>Empty the field</source>
        <translation>입력 지우기</translation>
    </message>
</context>
<context>
    <name>CollectionsChoice</name>
    <message>
        <source>All documents</source>
        <translation>모든 문서</translation>
    </message>
    <message>
        <source>No documents</source>
        <translation>문서 안 씀</translation>
    </message>
    <message>
        <source>Without a collection</source>
        <translation>모음 없는 문서</translation>
    </message>
    <message>
        <source>{name} and {more} more</source>
        <translation>{name} 외 {more}개</translation>
    </message>
    <message>
        <source>Documents: {words}</source>
        <translation>문서: {words}</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Ask anything. Drop files here.</source>
        <translation>무엇이든 물어보세요. 파일을 여기에 놓으세요.</translation>
    </message>
    <message>
        <source>Your prompt</source>
        <translation>질문</translation>
    </message>
    <message>
        <source>Add files to the memory, or pictures to the prompt (Ctrl+O)</source>
        <translation>기억에 파일 더하기, 질문에 사진 붙이기 (Ctrl+O)</translation>
    </message>
    <message>
        <source>How this conversation is answered (Ctrl+J)</source>
        <translation>이 대화에서 답하는 방식 (Ctrl+J)</translation>
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
    <name>ContextMeter</name>
    <message>
        <source>context {used} of {context}</source>
        <translation>문맥 {used} / {context}</translation>
    </message>
    <message>
        <source>What the model reads, in tokens</source>
        <translation>모델이 읽는 것(토큰)</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>지침</translation>
    </message>
    <message>
        <source>Summary of what was said before</source>
        <translation>지난 이야기 요약</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>대화</translation>
    </message>
    <message>
        <source>Recalled</source>
        <translation>떠올린 기억</translation>
    </message>
    <message>
        <source>Your prompt</source>
        <translation>질문</translation>
    </message>
    <message>
        <source>Kept free for the answer</source>
        <translation>답할 자리</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>빈자리</translation>
    </message>
    <message>
        <source>In all</source>
        <translation>모두</translation>
    </message>
    <message>
        <source>The oldest turns are summarised; the model reads the summary in their place.</source>
        <translation>가장 오래된 말은 요약해 두었고, 모델은 그 요약을 읽어요.</translation>
    </message>
    <message>
        <source>The oldest turn is not in view of the model.</source>
        <translation>가장 오래된 말 1개는 모델이 보지 못해요.</translation>
    </message>
    <message>
        <source>The oldest {count} turns are not in view of the model.</source>
        <translation>가장 오래된 말 {count}개는 모델이 보지 못해요.</translation>
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
        <source>Private conversation, new project</source>
        <translation>비공개 대화, 새 프로젝트</translation>
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
        <source>Settings (Ctrl+,)</source>
        <translation>설정 (Ctrl+,)</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
    <message>
        <source>Memory (Ctrl+Shift+M)</source>
        <translation>기억 (Ctrl+Shift+M)</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>기억</translation>
    </message>
    <message>
        <source>Documents (Ctrl+D)</source>
        <translation>문서 (Ctrl+D)</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>문서</translation>
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
    <name>Correcting</name>
    <message>
        <source>What is said in a private conversation is not remembered.</source>
        <translation>비공개 대화에서 한 말은 기억하지 않아요.</translation>
    </message>
    <message>
        <source>Remembered. It outranks what the model believes.</source>
        <translation>기억했어요. 모델이 아는 것보다 이것을 앞세워요.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>되돌리기</translation>
    </message>
</context>
<context>
    <name>DocumentHeader</name>
    <message>
        <source>of {pages}</source>
        <translation>/ {pages}쪽</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent}%</translation>
    </message>
    <message>
        <source>Mark {number} of {marks}</source>
        <translation>표시 {number}/{marks}</translation>
    </message>
    <message>
        <source>Open in its program</source>
        <translation>원래 프로그램으로 열기</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>경로 복사</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>크게</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>작게</translation>
    </message>
    <message>
        <source>As wide as fits</source>
        <translation>너비에 맞추기</translation>
    </message>
    <message>
        <source>Back to the conversation</source>
        <translation>대화로 돌아가기</translation>
    </message>
    <message>
        <source>Previous page</source>
        <translation>이전 쪽</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>다음 쪽</translation>
    </message>
    <message>
        <source>Previous mark</source>
        <translation>이전 표시</translation>
    </message>
    <message>
        <source>Next mark</source>
        <translation>다음 표시</translation>
    </message>
    <message>
        <source>Find in the document</source>
        <translation>문서에서 찾기</translation>
    </message>
    <message>
        <source>More</source>
        <translation>더 보기</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>쪽 번호</translation>
    </message>
    <message>
        <source>Go to a page (Ctrl+G)</source>
        <translation>쪽으로 가기 (Ctrl+G)</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>쪽</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>본문</translation>
    </message>
</context>
<context>
    <name>DocumentView</name>
    <message>
        <source>The file is no longer where it was: {path}. This is what Haema has read of it.</source>
        <translation>파일이 원래 자리에 없어요: {path}. 해마가 읽어 둔 내용을 보여 드려요.</translation>
    </message>
    <message>
        <source>The file has changed since Haema read it, so the marks may be missing or misplaced.</source>
        <translation>해마가 읽은 뒤에 파일이 바뀌어서 표시가 없거나 어긋날 수 있어요.</translation>
    </message>
    <message>
        <source>The file has changed since Haema read it. This is what it said then.</source>
        <translation>해마가 읽은 뒤에 파일이 바뀌었어요. 읽을 때의 내용이에요.</translation>
    </message>
    <message>
        <source>Haema&apos;s memory no longer holds this document.</source>
        <translation>이 문서는 이제 해마의 기억에 없어요.</translation>
    </message>
    <message>
        <source>Haema has read no text in this document yet.</source>
        <translation>해마가 이 문서에서 아직 읽은 글이 없어요.</translation>
    </message>
    <message>
        <source>The words cannot be marked on this page, which may be a picture. The text shows them.</source>
        <translation>이 쪽은 그림인 것 같아 낱말을 표시할 수 없어요. 본문에서 볼 수 있어요.</translation>
    </message>
    <message>
        <source>Show the text</source>
        <translation>본문 보기</translation>
    </message>
    <message>
        <source>The path is copied.</source>
        <translation>경로를 복사했어요.</translation>
    </message>
    <message>
        <source>The passage is copied.</source>
        <translation>이 대목을 복사했어요.</translation>
    </message>
    <message>
        <source>No program on this computer opens “{name}”.</source>
        <translation>이 컴퓨터에는 ‘{name}’ 파일을 여는 프로그램이 없어요.</translation>
    </message>
</context>
<context>
    <name>DocumentsDetail</name>
    <message>
        <source>{count} documents chosen</source>
        <translation>문서 {count}개 고름</translation>
    </message>
    <message>
        <source>Waits to be read.</source>
        <translation>읽을 차례를 기다려요.</translation>
    </message>
    <message>
        <source>Is being read.</source>
        <translation>읽고 있어요.</translation>
    </message>
    <message>
        <source>Left out of the memory.</source>
        <translation>기억에서 빠졌어요.</translation>
    </message>
    <message>
        <source>By {author}</source>
        <translation>글쓴이 {author}</translation>
    </message>
    <message>
        <source>Added {day}</source>
        <translation>{day}에 더함</translation>
    </message>
    <message>
        <source>No collection</source>
        <translation>모음 없음</translation>
    </message>
    <message>
        <source>New collection…</source>
        <translation>새 모음…</translation>
    </message>
    <message>
        <source>Different ones</source>
        <translation>서로 다름</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>모음</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>열기</translation>
    </message>
    <message>
        <source>Open in its program</source>
        <translation>원래 프로그램으로 열기</translation>
    </message>
    <message>
        <source>Show its folder</source>
        <translation>폴더 보기</translation>
    </message>
    <message>
        <source>Summarise</source>
        <translation>요약하기</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>다시 읽기</translation>
    </message>
    <message>
        <source>Remove from the memory…</source>
        <translation>기억에서 빼기…</translation>
    </message>
</context>
<context>
    <name>DocumentsFilter</name>
    <message>
        <source>All collections ({count})</source>
        <translation>모든 모음 ({count})</translation>
    </message>
    <message>
        <source>Without a collection ({count})</source>
        <translation>모음 없음 ({count})</translation>
    </message>
    <message>
        <source>Rename “{name}”…</source>
        <translation>‘{name}’ 이름 바꾸기…</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>모음</translation>
    </message>
    <message>
        <source>Search by name or title</source>
        <translation>이름이나 제목으로 찾기</translation>
    </message>
    <message>
        <source>In any state</source>
        <translation>모든 상태</translation>
    </message>
    <message>
        <source>In the memory</source>
        <translation>기억함</translation>
    </message>
    <message>
        <source>With pages missing</source>
        <translation>일부가 빠짐</translation>
    </message>
    <message>
        <source>Waiting or being read</source>
        <translation>읽는 중</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>빠짐</translation>
    </message>
    <message>
        <source>State</source>
        <translation>상태</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>새로 더한 순</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>이름순</translation>
    </message>
    <message>
        <source>Largest first</source>
        <translation>큰 파일부터</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>순서</translation>
    </message>
</context>
<context>
    <name>DocumentsFolders</name>
    <message>
        <source>is not there</source>
        <translation>지금 없음</translation>
    </message>
    <message>
        <source>Followed folders</source>
        <translation>지켜보는 폴더</translation>
    </message>
    <message>
        <source>No folder is followed yet. What is in one is read, and kept up as files change.</source>
        <translation>아직 지켜보는 폴더가 없어요. 폴더를 정하면 안의 파일을 읽고, 바뀔 때마다 따라가요.</translation>
    </message>
    <message>
        <source>Follow a folder…</source>
        <translation>폴더 지켜보기…</translation>
    </message>
    <message>
        <source>Folders are followed while Haema is open; what changed before is caught up.</source>
        <translation>해마가 열려 있는 동안 지켜봐요. 그사이 바뀐 것은 다음에 열 때 따라잡아요.</translation>
    </message>
</context>
<context>
    <name>DocumentsModel</name>
    <message>
        <source>being forgotten…</source>
        <translation>잊는 중…</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>기다리는 중</translation>
    </message>
    <message>
        <source>being read</source>
        <translation>읽는 중</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>빠짐</translation>
    </message>
</context>
<context>
    <name>DocumentsPage</name>
    <message>
        <source>Looking for documents…</source>
        <translation>문서를 찾는 중…</translation>
    </message>
    <message>
        <source>Drop files or folders anywhere on this window, and ask about what they say.</source>
        <translation>파일이나 폴더를 이 창 아무 데나 놓고, 그 내용을 물어보세요.</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>파일 더하기…</translation>
    </message>
    <message>
        <source>“{name}” is empty. What you drop here or add now comes into it.</source>
        <translation>‘{name}’ 모음이 비어 있어요. 지금 놓거나 더하는 파일은 여기에 들어가요.</translation>
    </message>
    <message>
        <source>No document is like this.</source>
        <translation>조건에 맞는 문서가 없어요.</translation>
    </message>
    <message>
        <source>Show all documents</source>
        <translation>모든 문서 보기</translation>
    </message>
    <message>
        <source>Files…</source>
        <translation>파일…</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>폴더…</translation>
    </message>
    <message>
        <source>Folder, and follow it…</source>
        <translation>폴더 더하고 지켜보기…</translation>
    </message>
    <message>
        <source>New collection…</source>
        <translation>새 모음…</translation>
    </message>
    <message>
        <source>Put into a collection</source>
        <translation>모음에 넣기</translation>
    </message>
    <message>
        <source>No collection</source>
        <translation>모음 없음</translation>
    </message>
    <message>
        <source>Back to the conversation (Esc)</source>
        <translation>대화로 돌아가기 (Esc)</translation>
    </message>
    <message>
        <source>Back to the conversation</source>
        <translation>대화로 돌아가기</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>문서</translation>
    </message>
    <message>
        <source>Followed folders</source>
        <translation>지켜보는 폴더</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>파일</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>더하기…</translation>
    </message>
    <message>
        <source>Or drop files and folders anywhere on the window</source>
        <translation>파일이나 폴더를 창 아무 데나 놓아도 돼요</translation>
    </message>
    <message>
        <source>Choose a document to see what can be done with it.</source>
        <translation>문서를 고르면 할 수 있는 일을 보여 줘요.</translation>
    </message>
</context>
<context>
    <name>DocumentsProgress</name>
    <message>
        <source>Go on</source>
        <translation>계속하기</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>잠시 멈추기</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>그만 읽기</translation>
    </message>
    <message>
        <source>Follow this folder</source>
        <translation>이 폴더 지켜보기</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>멈추는 중…</translation>
    </message>
    <message>
        <source>Counting the files in {name}…</source>
        <translation>{name} 파일을 세는 중…</translation>
    </message>
    <message>
        <source>{done} of {total} files</source>
        <translation>파일 {total}개 중 {done}개</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>잠시 멈춤</translation>
    </message>
    <message>
        <source>Stopped: {kept} files remembered.</source>
        <translation>멈췄어요. 파일 {kept}개를 기억했어요.</translation>
    </message>
    <message>
        <source>{kept} files remembered, {refused} left out.</source>
        <translation>파일 {kept}개를 기억했고 {refused}개가 빠졌어요.</translation>
    </message>
    <message>
        <source>{kept} files remembered.</source>
        <translation>파일 {kept}개를 기억했어요.</translation>
    </message>
    <message>
        <source>{speed} files/s</source>
        <translation>초당 {speed}개</translation>
    </message>
</context>
<context>
    <name>DocumentsRoom</name>
    <message>
        <source>“{path}” is not there any more.</source>
        <translation>‘{path}’ 파일이나 폴더가 이제 없어요.</translation>
    </message>
    <message>
        <source>Rename the collection</source>
        <translation>모음 이름 바꾸기</translation>
    </message>
    <message>
        <source>New collection</source>
        <translation>새 모음</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>바꾸기</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>계속하기</translation>
    </message>
    <message>
        <source>Add files to the memory</source>
        <translation>기억에 파일 더하기</translation>
    </message>
    <message>
        <source>Add a folder to the memory</source>
        <translation>기억에 폴더 더하기</translation>
    </message>
    <message>
        <source>Follow a folder</source>
        <translation>폴더 지켜보기</translation>
    </message>
    <message>
        <source>1 document is forgotten.</source>
        <translation>문서 1개를 잊었어요.</translation>
    </message>
    <message>
        <source>{count} documents are forgotten.</source>
        <translation>문서 {count}개를 잊었어요.</translation>
    </message>
</context>
<context>
    <name>DownloadsPanel</name>
    <message>
        <source>Downloads</source>
        <translation>내려받기</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message>
        <source>Drop to remember</source>
        <translation>놓으면 기억해요</translation>
    </message>
    <message>
        <source>Drop to add the model</source>
        <translation>놓으면 모델 목록에 더해요</translation>
    </message>
    <message>
        <source>Drop to show it to the model</source>
        <translation>놓으면 모델에게 보여 줘요</translation>
    </message>
</context>
<context>
    <name>EmbedderOffer</name>
    <message>
        <source>Stop</source>
        <translation>멈추기</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>쓰기</translation>
    </message>
    <message>
        <source>Go on with the download ({size})</source>
        <translation>이어서 받기 ({size})</translation>
    </message>
    <message>
        <source>Download ({size})</source>
        <translation>내려받기 ({size})</translation>
    </message>
    <message>
        <source>Stopped at {amount}</source>
        <translation>{amount}에서 멈춤</translation>
    </message>
    <message>
        <source>Looking at the model…</source>
        <translation>모델을 확인하는 중…</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>멈추는 중…</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>연결하는 중…</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{total} 중 {done}</translation>
    </message>
    <message>
        <source>The connection was lost; trying again… · {amount}</source>
        <translation>연결이 끊겨 다시 해 보는 중… · {amount}</translation>
    </message>
    <message>
        <source>Checking that it arrived unharmed…</source>
        <translation>온전히 왔는지 확인하는 중…</translation>
    </message>
    <message>
        <source>{name}: {good_for}. {size} MB, {licence}.
{page}</source>
        <translation>{name}: {good_for}. 크기 {size}MB, {licence}.
{page}</translation>
    </message>
</context>
<context>
    <name>EmbedderSection</name>
    <message>
        <source>Looking at the model…</source>
        <translation>모델을 확인하는 중…</translation>
    </message>
    <message>
        <source>“{next}” gets to know your memory. “{name}” answers until then.</source>
        <translation>‘{next}’ 모델이 기억을 익히는 중이에요. 그때까지는 ‘{name}’ 모델로 찾아요.</translation>
    </message>
    <message>
        <source>The bundled model</source>
        <translation>기본 모델</translation>
    </message>
    <message>
        <source>In use: {name}</source>
        <translation>사용 중: {name}</translation>
    </message>
    <message>
        <source>Choose the model&apos;s folder</source>
        <translation>모델 폴더 고르기</translation>
    </message>
    <message>
        <source>Comparing meanings</source>
        <translation>뜻 비교</translation>
    </message>
    <message>
        <source>A small model finds what means the same in other words. The bundled one reads English; with a multilingual one, questions in one language find passages in the other.</source>
        <translation>작은 모델이 다른 말로 쓴 같은 뜻을 찾아요. 기본 모델은 영어를 읽고, 다국어 모델을 쓰면 한 언어로 물어 다른 언어의 대목을 찾을 수 있어요.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>폴더 고르기…</translation>
    </message>
    <message>
        <source>Back to the bundled one</source>
        <translation>기본 모델로 되돌리기</translation>
    </message>
    <message>
        <source>Keep the present one</source>
        <translation>지금 모델 그대로 쓰기</translation>
    </message>
    <message>
        <source>Models for English and Korean. A download connects to {host}, and then changes to the model; a folder downloaded by hand can be chosen as well. Only safetensors are loaded, never a program that comes along.</source>
        <translation>영어와 한국어 모델이에요. 내려받을 때 {host}에 연결하고, 다 받으면 그 모델로 바꿔요. 직접 내려받은 폴더를 골라도 돼요. safetensors만 불러오고 딸려 온 프로그램은 실행하지 않아요.</translation>
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
    <name>FilterBar</name>
    <message>
        <source>Name or maker</source>
        <translation>이름이나 만든 곳</translation>
    </message>
    <message>
        <source>Narrow the catalogue by name or maker</source>
        <translation>이름이나 만든 곳으로 좁히기</translation>
    </message>
    <message>
        <source>All languages</source>
        <translation>모든 언어</translation>
    </message>
    <message>
        <source>English</source>
        <translation>영어</translation>
    </message>
    <message>
        <source>Korean</source>
        <translation>한국어</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>언어</translation>
    </message>
    <message>
        <source>All sizes</source>
        <translation>모든 크기</translation>
    </message>
    <message>
        <source>Small (up to {count}B)</source>
        <translation>작은 모델({count}B까지)</translation>
    </message>
    <message>
        <source>Middle</source>
        <translation>중간 모델</translation>
    </message>
    <message>
        <source>Large ({count}B and more)</source>
        <translation>큰 모델({count}B부터)</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>크기</translation>
    </message>
    <message>
        <source>Only what fits</source>
        <translation>이 컴퓨터에 맞는 것만</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Not in this document</source>
        <translation>이 문서에는 없어요</translation>
    </message>
    <message>
        <source>{number} of {hits}</source>
        <translation>{hits}곳 중 {number}번째</translation>
    </message>
    <message>
        <source>Find in the document</source>
        <translation>문서에서 찾기</translation>
    </message>
    <message>
        <source>Previous place</source>
        <translation>이전 위치</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>다음 위치</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
</context>
<context>
    <name>FolderDetail</name>
    <message>
        <source>Followed: what changes in it is read, what is deleted is forgotten.</source>
        <translation>지켜보고 있어요. 바뀐 파일은 다시 읽고, 지워진 파일은 잊어요.</translation>
    </message>
    <message>
        <source>It is not there now. Nothing is forgotten; when it comes back, it is followed again.</source>
        <translation>지금은 폴더가 없어요. 기억은 그대로이고, 다시 나타나면 이어서 지켜봐요.</translation>
    </message>
    <message>
        <source>in the collection “{name}”</source>
        <translation>‘{name}’ 모음</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>폴더 보기</translation>
    </message>
    <message>
        <source>Stop following…</source>
        <translation>그만 지켜보기…</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>nothing of it is kept</source>
        <translation>아무것도 남지 않아요</translation>
    </message>
    <message>
        <source>Nothing of this conversation is kept, and it is gone when you leave it.</source>
        <translation>이 대화는 아무것도 남지 않고, 나가면 사라져요.</translation>
    </message>
    <message>
        <source>Which model answers (Ctrl+M)</source>
        <translation>답하는 모델 (Ctrl+M)</translation>
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
        <source>Downloading {name}: {percent} %</source>
        <translation>{name} 내려받는 중: {percent}%</translation>
    </message>
    <message>
        <source>Answers come from {host}</source>
        <translation>{host}에서 답해요</translation>
    </message>
    <message>
        <source>Your prompts, the conversation, what is recalled for them and your pictures are sent to {host}.
Documents and the memory itself stay on this computer. Change it in the settings (Ctrl+,).</source>
        <translation>질문과 대화, 그때 떠올린 기억, 사진을 {host}에 보내요.
문서와 기억 자체는 이 컴퓨터에 남아요. 설정(Ctrl+,)에서 바꿀 수 있어요.</translation>
    </message>
    <message>
        <source>Computes with {host}</source>
        <translation>{host}에서도 계산해요</translation>
    </message>
    <message>
        <source>Computes with {count} others</source>
        <translation>다른 컴퓨터 {count}대에서도 계산해요</translation>
    </message>
    <message>
        <source>Parts of the model run on {hosts}; what is computed from your prompts goes there unencrypted.
Change it in the settings (Ctrl+,).</source>
        <translation>모델의 일부가 {hosts}에서 돌아요. 질문으로 계산한 값이 암호화되지 않고 오가요.
설정(Ctrl+,)에서 바꿀 수 있어요.</translation>
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
        <source>Private conversation</source>
        <translation>비공개 대화</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>새 대화</translation>
    </message>
</context>
<context>
    <name>HubDetail</name>
    <message>
        <source>Licence: {licence}</source>
        <translation>라이선스: {licence}</translation>
    </message>
    <message>
        <source>No licence is named; look at its page before you use it.</source>
        <translation>라이선스가 적혀 있지 않아요. 쓰기 전에 페이지를 확인해 주세요.</translation>
    </message>
    <message>
        <source>{downloads} downloads a month · ♥ {likes}</source>
        <translation>한 달에 {downloads}번 내려받음 · ♥ {likes}</translation>
    </message>
    <message>
        <source>Its publisher wants a log-in and a yes to their terms. Download it on its page, then add it from disk.</source>
        <translation>공개한 곳에서 로그인과 약관 동의를 요구해요. 그 페이지에서 내려받은 다음 디스크에서 더해 주세요.</translation>
    </message>
    <message>
        <source>It has no GGUF file.</source>
        <translation>GGUF 파일이 없어요.</translation>
    </message>
    <message>
        <source>Asking for its files…</source>
        <translation>파일 목록을 물어보는 중…</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>파일을 골라 주세요</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>{size} 받기</translation>
    </message>
    <message>
        <source>With {file}, which lets it see images.</source>
        <translation>사진을 보게 해 주는 {file} 파일도 함께 받아요.</translation>
    </message>
    <message>
        <source>Its page</source>
        <translation>페이지 보기</translation>
    </message>
    <message>
        <source>Opens in your browser</source>
        <translation>브라우저에서 열려요</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 해 보기</translation>
    </message>
    <message>
        <source>Files of the repository</source>
        <translation>저장소에 있는 파일</translation>
    </message>
</context>
<context>
    <name>LocalDetail</name>
    <message>
        <source>Kept by {program}</source>
        <translation>{program}에 있는 모델</translation>
    </message>
    <message>
        <source>Use it here too</source>
        <translation>여기서도 쓰기</translation>
    </message>
    <message>
        <source>The file stays where it is; nothing is copied.</source>
        <translation>파일은 그 자리에 그대로 있어요. 복사하지 않아요.</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>폴더 열기</translation>
    </message>
    <message>
        <source>Take off the list…</source>
        <translation>목록에서 빼기…</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>지우기…</translation>
    </message>
    <message>
        <source>Comes with Haema</source>
        <translation>해마에 들어 있는 모델</translation>
    </message>
    <message>
        <source>Licence: {licence}</source>
        <translation>라이선스: {licence}</translation>
    </message>
    <message>
        <source>d MMMM yyyy</source>
        <extracomment>A date as QLocale.toString takes it; in Korean: yyyy년 M월 d일</extracomment>
        <translation>yyyy년 M월 d일</translation>
    </message>
    <message>
        <source>From {repository}, {day}</source>
        <translation>{day}, {repository}에서 받음</translation>
    </message>
    <message>
        <source>Working out how it fits…</source>
        <translation>이 컴퓨터에 맞는지 따져 보는 중…</translation>
    </message>
    <message>
        <source>Try it anyway</source>
        <translation>그래도 써 보기</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>이 모델 쓰기</translation>
    </message>
    <message>
        <source>Load it anew with these options</source>
        <translation>이 설정으로 다시 불러오기</translation>
    </message>
    <message>
        <source>Loading… {percent} %</source>
        <translation>불러오는 중… {percent}%</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 해 보기</translation>
    </message>
    <message>
        <source>Answers then come from this computer again, not from {server}.</source>
        <translation>{server} 대신 다시 이 컴퓨터에서 답해요.</translation>
    </message>
    <message>
        <source>Check the file</source>
        <translation>파일 확인</translation>
    </message>
    <message>
        <source>Stop checking</source>
        <translation>확인 멈추기</translation>
    </message>
    <message>
        <source>Checking… {percent} %</source>
        <translation>확인하는 중… {percent}%</translation>
    </message>
    <message>
        <source>The file is exactly what its publisher published.</source>
        <translation>공개된 파일과 똑같아요.</translation>
    </message>
    <message>
        <source>The file is whole. Nobody published a checksum for it, so only its structure was checked.</source>
        <translation>파일은 온전해요. 공개된 체크섬이 없어서 구조만 확인했어요.</translation>
    </message>
</context>
<context>
    <name>MemoriesModel</name>
    <message>
        <source>Pinned</source>
        <translation>고정</translation>
    </message>
    <message>
        <source>being forgotten…</source>
        <translation>잊는 중…</translation>
    </message>
    <message>
        <source>Is this right?</source>
        <translation>맞나요?</translation>
    </message>
    <message>
        <source>Shall I remember this?</source>
        <translation>기억할까요?</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>{day}까지</translation>
    </message>
</context>
<context>
    <name>MemoryBars</name>
    <message>
        <source>GPU memory</source>
        <translation>GPU 메모리</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>메모리</translation>
    </message>
</context>
<context>
    <name>MemoryBin</name>
    <message>
        <source>Forgotten on {day}</source>
        <translation>{day}에 잊음</translation>
    </message>
    <message>
        <source>1 day left</source>
        <translation>1일 남음</translation>
    </message>
    <message>
        <source>{count} days left</source>
        <translation>{count}일 남음</translation>
    </message>
    <message>
        <source>What you forget can be brought back for 30 days. Then it is gone from the disk.</source>
        <translation>잊은 것은 30일 동안 되살릴 수 있어요. 그 뒤에는 디스크에서 지워져요.</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>되살리기</translation>
    </message>
    <message>
        <source>Empty the bin…</source>
        <translation>휴지통 비우기…</translation>
    </message>
    <message>
        <source>Bin</source>
        <translation>휴지통</translation>
    </message>
    <message>
        <source>The bin is empty.</source>
        <translation>휴지통이 비어 있어요.</translation>
    </message>
</context>
<context>
    <name>MemoryDetail</name>
    <message>
        <source>{count} memories chosen</source>
        <translation>기억 {count}개 선택</translation>
    </message>
    <message>
        <source>Added {day}</source>
        <translation>{day}에 넣음</translation>
    </message>
    <message>
        <source>Held from {first} until {last}</source>
        <translation>{first}부터 {last}까지</translation>
    </message>
    <message>
        <source>Since {day}</source>
        <translation>{day}부터</translation>
    </message>
    <message>
        <source>Is this right? Haema uses it only if you say so.</source>
        <translation>맞나요? 확인해 주셔야 써요.</translation>
    </message>
    <message>
        <source>Shall I remember this? It is private, so Haema asks first.</source>
        <translation>기억해도 될까요? 민감한 내용이라 먼저 여쭤봐요.</translation>
    </message>
    <message>
        <source>since {day}</source>
        <translation>{day}부터</translation>
    </message>
    <message>
        <source>until {day}</source>
        <translation>{day}까지</translation>
    </message>
    <message>
        <source>Open the document</source>
        <translation>문서 열기</translation>
    </message>
    <message>
        <source>Open the conversation</source>
        <translation>대화 열기</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>남기기</translation>
    </message>
    <message>
        <source>Not this</source>
        <translation>아니에요</translation>
    </message>
    <message>
        <source>Put into other words</source>
        <translation>고쳐 쓰기</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>고정하기</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>고정 풀기</translation>
    </message>
    <message>
        <source>Show all of this conversation</source>
        <translation>이 대화의 기억 모두 보기</translation>
    </message>
    <message>
        <source>Forget the document…</source>
        <translation>문서 잊기…</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>잊기…</translation>
    </message>
    <message>
        <source>What is pinned is recalled before other things</source>
        <translation>고정한 것은 다른 것보다 먼저 떠올려요</translation>
    </message>
    <message>
        <source>Why was this found?</source>
        <translation>왜 찾았나요?</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>바뀌어 온 내용</translation>
    </message>
    <message>
        <source>What it says</source>
        <translation>내용</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>저장</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
</context>
<context>
    <name>MemoryFilter</name>
    <message>
        <source>Everything</source>
        <translation>전체</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>사실</translation>
    </message>
    <message>
        <source>Said</source>
        <translation>나눈 말</translation>
    </message>
    <message>
        <source>From documents</source>
        <translation>문서에서</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>고정</translation>
    </message>
    <message>
        <source>To be confirmed ({count})</source>
        <translation>확인 기다림 ({count})</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>종류</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>모든 때</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>오늘</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>지난 7일</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>지난 30일</translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>지난 12개월</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>때</translation>
    </message>
    <message>
        <source>Any conversation</source>
        <translation>모든 대화</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>제목 없음</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>대화</translation>
    </message>
    <message>
        <source>Any project</source>
        <translation>모든 프로젝트</translation>
    </message>
    <message>
        <source>No project</source>
        <translation>프로젝트 없음</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>프로젝트</translation>
    </message>
    <message>
        <source>Search by meaning and words</source>
        <translation>뜻이나 낱말로 찾기</translation>
    </message>
    <message>
        <source>Search the memory</source>
        <translation>기억에서 찾기</translation>
    </message>
</context>
<context>
    <name>MemoryMapView</name>
    <message>
        <source>Laying out what is remembered…</source>
        <translation>기억을 펼치고 있어요…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>멈추기</translation>
    </message>
    <message>
        <source>Laying out what is remembered… {share} %</source>
        <translation>기억을 펼치고 있어요… {share}%</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 해 보기</translation>
    </message>
    <message>
        <source>The map is not drawn.</source>
        <translation>지도를 그리지 않았어요.</translation>
    </message>
    <message>
        <source>Draw it</source>
        <translation>그리기</translation>
    </message>
    <message>
        <source>There is too little for a map yet. Talk to Haema, or add documents.</source>
        <translation>지도를 그리기에는 기억이 아직 적어요. 대화를 나누거나 문서를 넣어 보세요.</translation>
    </message>
    <message>
        <source>{count} memories in {groups} groups</source>
        <translation>기억 {count}개, 무리 {groups}개</translation>
    </message>
    <message>
        <source>Map. {label}</source>
        <translation>지도. {label}</translation>
    </message>
    <message>
        <source>Said</source>
        <translation>나눈 말</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>사실</translation>
    </message>
    <message>
        <source>From documents</source>
        <translation>문서에서</translation>
    </message>
    <message>
        <source>{count} older ones are not shown</source>
        <translation>오래된 기억 {count}개는 빠졌어요</translation>
    </message>
    <message>
        <source>Nearer (+)</source>
        <translation>가까이 (+)</translation>
    </message>
    <message>
        <source>Farther (-)</source>
        <translation>멀리 (-)</translation>
    </message>
    <message>
        <source>See all (0)</source>
        <translation>전체 보기 (0)</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>지도</translation>
    </message>
</context>
<context>
    <name>MemoryPage</name>
    <message>
        <source>1 fact waits for your word</source>
        <translation>사실 1개가 확인을 기다려요</translation>
    </message>
    <message>
        <source>{count} facts wait for your word</source>
        <translation>사실 {count}개가 확인을 기다려요</translation>
    </message>
    <message>
        <source>The memory is still starting, so only the very words were looked for.</source>
        <translation>기억이 아직 준비 중이라 낱말 그대로만 찾았어요.</translation>
    </message>
    <message>
        <source>Looking through the memory…</source>
        <translation>기억을 살펴보고 있어요…</translation>
    </message>
    <message>
        <source>What you say and the documents you add are remembered, and stand here.</source>
        <translation>나눈 말과 넣은 문서를 기억해서 여기에 보여 줘요.</translation>
    </message>
    <message>
        <source>Begin a conversation</source>
        <translation>대화 시작하기</translation>
    </message>
    <message>
        <source>Nothing is pinned. Pin what shall be recalled before other things.</source>
        <translation>고정한 기억이 없어요. 먼저 떠올릴 것을 고정해 보세요.</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>모두 보기</translation>
    </message>
    <message>
        <source>Nothing that is remembered is like this.</source>
        <translation>맞는 기억이 없어요.</translation>
    </message>
    <message>
        <source>Back to the conversation (Esc)</source>
        <translation>대화로 돌아가기 (Esc)</translation>
    </message>
    <message>
        <source>Back to the conversation</source>
        <translation>대화로 돌아가기</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>기억</translation>
    </message>
    <message>
        <source>List</source>
        <translation>목록</translation>
    </message>
    <message>
        <source>Time line</source>
        <translation>시간순</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>지도</translation>
    </message>
    <message>
        <source>Bin</source>
        <translation>휴지통</translation>
    </message>
    <message>
        <source>Write a fact…</source>
        <translation>사실 적기…</translation>
    </message>
    <message>
        <source>Choose a memory to read it and to see what can be done with it.</source>
        <translation>기억을 고르면 읽고 다룰 수 있어요.</translation>
    </message>
    <message>
        <source>Memories</source>
        <translation>기억 목록</translation>
    </message>
</context>
<context>
    <name>MemoryRoom</name>
    <message>
        <source>Forgotten.</source>
        <translation>잊었어요.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>되돌리기</translation>
    </message>
    <message>
        <source>1 fact is kept.</source>
        <translation>사실 1개를 기억해요.</translation>
    </message>
    <message>
        <source>{count} facts are kept.</source>
        <translation>사실 {count}개를 기억해요.</translation>
    </message>
</context>
<context>
    <name>MemoryTimeline</name>
    <message>
        <source>Week of {day}</source>
        <translation>{day} 주</translation>
    </message>
    <message>
        <source>Choose a stretch of time to see what is remembered from it.</source>
        <translation>기간을 고르면 그때의 기억을 볼 수 있어요.</translation>
    </message>
    <message>
        <source>Months</source>
        <translation>월별</translation>
    </message>
    <message>
        <source>Weeks</source>
        <translation>주별</translation>
    </message>
    <message>
        <source>Time line</source>
        <translation>시간순</translation>
    </message>
    <message>
        <source>Nothing is remembered yet. What you say and add will stand here by its time.</source>
        <translation>아직 기억이 없어요. 나눈 말과 넣은 문서가 시간순으로 여기에 쌓여요.</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>This model crashed here</source>
        <translation>이 컴퓨터에서 모델이 갑자기 멈춘 적이 있어서</translation>
    </message>
    <message>
        <source>This model ran out of memory here</source>
        <translation>이 컴퓨터에서 메모리가 모자란 적이 있어서</translation>
    </message>
    <message>
        <source>This model stopped answering here</source>
        <translation>이 컴퓨터에서 모델이 응답하지 않은 적이 있어서</translation>
    </message>
    <message>
        <source>This model calculated wrongly here</source>
        <translation>이 컴퓨터에서 모델이 잘못 계산한 적이 있어서</translation>
    </message>
    <message>
        <source>{reason}, so it runs in a more careful, slower way.</source>
        <translation>{reason}, 느리지만 더 안전하게 돌리고 있어요.</translation>
    </message>
    <message>
        <source>Try the fast way again</source>
        <translation>빠른 방식으로 다시 해 보기</translation>
    </message>
    <message>
        <source>Searching for “{words}”…</source>
        <translation>‘{words}’ 찾는 중…</translation>
    </message>
    <message>
        <source>Nothing on {host} is called “{words}”. Try fewer or other words.</source>
        <translation>{host}에 이름이 ‘{words}’ 같은 모델이 없어요. 낱말을 줄이거나 바꿔 보세요.</translation>
    </message>
    <message>
        <source>Every model in the GGUF format can be used, if it fits this computer.</source>
        <translation>GGUF 형식이고 이 컴퓨터에 맞으면 어떤 모델이든 쓸 수 있어요.</translation>
    </message>
    <message>
        <source>Back to the conversation (Esc)</source>
        <translation>대화로 돌아가기 (Esc)</translation>
    </message>
    <message>
        <source>Back to the conversation</source>
        <translation>대화로 돌아가기</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>이 컴퓨터</translation>
    </message>
    <message>
        <source>To download</source>
        <translation>내려받기</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>찾기</translation>
    </message>
    <message>
        <source>Add from disk…</source>
        <translation>디스크에서 더하기…</translation>
    </message>
    <message>
        <source>Or drop a .gguf file anywhere on the window</source>
        <translation>.gguf 파일을 창 아무 데나 놓아도 돼요</translation>
    </message>
    <message>
        <source>Choose a model to see what it needs.</source>
        <translation>모델을 고르면 무엇이 필요한지 보여 줘요.</translation>
    </message>
    <message>
        <source>Looking for models…</source>
        <translation>모델을 찾는 중…</translation>
    </message>
    <message>
        <source>No model is like this. Choose less.</source>
        <translation>조건에 맞는 모델이 없어요. 조건을 줄여 보세요.</translation>
    </message>
</context>
<context>
    <name>ModelsRoom</name>
    <message>
        <source>“{model}” is downloaded.</source>
        <translation>‘{model}’ 모델을 다 받았어요.</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>보기</translation>
    </message>
    <message>
        <source>Add models from disk</source>
        <translation>디스크에서 모델 더하기</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>GGUF 모델 (*.gguf)</translation>
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
    <name>NumberField</name>
    <message>
        <source>random</source>
        <translation>무작위</translation>
    </message>
    <message>
        <source>off</source>
        <translation>끔</translation>
    </message>
</context>
<context>
    <name>OptionsForm</name>
    <message>
        <source>More options</source>
        <translation>설정 더 보기</translation>
    </message>
    <message>
        <source>Choose a model file</source>
        <translation>모델 파일 고르기</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>GGUF 모델 (*.gguf)</translation>
    </message>
    <message>
        <source>16 bit</source>
        <translation>16비트</translation>
    </message>
    <message>
        <source>8 bit</source>
        <translation>8비트</translation>
    </message>
    <message>
        <source>4 bit</source>
        <translation>4비트</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>자동</translation>
    </message>
    <message>
        <source>None</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>파일 고르기…</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>불러오기 설정</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>되돌리기</translation>
    </message>
    <message>
        <source>Leave every choice to Haema again</source>
        <translation>모든 선택을 다시 해마에게 맡기기</translation>
    </message>
    <message>
        <source>Reads at once</source>
        <translation>한 번에 읽는 길이</translation>
    </message>
    <message>
        <source>The context, in tokens: with more it sees more of the conversation, and takes more memory.</source>
        <translation>문맥 길이(토큰)예요. 길수록 대화를 더 많이 보고, 메모리도 더 써요.</translation>
    </message>
    <message>
        <source>Reading precision</source>
        <translation>읽은 내용의 정밀도</translation>
    </message>
    <message>
        <source>How exactly what was read is kept (the KV cache). Fewer bits take less memory.</source>
        <translation>읽은 내용을 얼마나 정확하게 간직할지 정해요(KV 캐시). 비트가 적으면 메모리를 덜 써요.</translation>
    </message>
    <message>
        <source>Read per step</source>
        <translation>한 단계에 읽는 양</translation>
    </message>
    <message>
        <source>The batch, in tokens: more is faster and takes more memory.</source>
        <translation>배치 크기(토큰)예요. 클수록 빠르고, 메모리도 더 써요.</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>CPU 스레드</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s cores work on it.</source>
        <translation>CPU 코어 몇 개로 계산할지 정해요.</translation>
    </message>
    <message>
        <source>Layers on the GPU</source>
        <translation>GPU에 올릴 층</translation>
    </message>
    <message>
        <source>What is not on the GPU runs on the processor.</source>
        <translation>GPU에 올리지 않은 층은 CPU에서 돌아요.</translation>
    </message>
    <message>
        <source>Guessing model</source>
        <translation>미리 짐작하는 모델</translation>
    </message>
    <message>
        <source>A small model with the same vocabulary guesses ahead, which makes answers faster.</source>
        <translation>어휘가 같은 작은 모델이 다음 말을 미리 짐작해서 답이 빨라져요.</translation>
    </message>
    <message>
        <source>Eyes</source>
        <translation>사진 보는 파일</translation>
    </message>
    <message>
        <source>The projector file (mmproj) that lets the model see images; the one beside it by itself.</source>
        <translation>모델이 사진을 보게 해 주는 프로젝터 파일(mmproj)이에요. 모델 옆에 있으면 알아서 써요.</translation>
    </message>
    <message>
        <source>Guess ahead from the prompt&apos;s own words</source>
        <translation>질문에 나온 말로 미리 짐작하기</translation>
    </message>
    <message>
        <source>Makes answers that quote your documents faster; the answer stays the same.</source>
        <translation>문서를 인용하는 답이 빨라져요. 답은 그대로예요.</translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message>
        <source>More settings</source>
        <translation>설정 더 보기</translation>
    </message>
    <message>
        <source>How this conversation is answered</source>
        <translation>이 대화에서 답하는 방식</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>닫기 (Esc)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>닫기</translation>
    </message>
    <message>
        <source>Instructions for this conversation</source>
        <translation>이 대화의 지침</translation>
    </message>
    <message>
        <source>Such as: Answer as a patient teacher, in short sentences.</source>
        <translation>예: 선생님처럼 차근차근, 짧게 답해 줘.</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>생각하기</translation>
    </message>
    <message>
        <source>As the model does</source>
        <translation>모델이 하는 대로</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>생각하고 답하기</translation>
    </message>
    <message>
        <source>Answer at once</source>
        <translation>바로 답하기</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>문서</translation>
    </message>
    <message>
        <source>Recalls</source>
        <translation>떠올릴 것</translation>
    </message>
    <message>
        <source>Back to the preset</source>
        <translation>프리셋대로 되돌리기</translation>
    </message>
</context>
<context>
    <name>OriginMark</name>
    <message>
        <source>sure</source>
        <translation>확실함</translation>
    </message>
    <message>
        <source>fairly sure</source>
        <translation>꽤 확실함</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>확실하지 않음</translation>
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
        <source>From your documents and the model</source>
        <translation>내 문서와 모델이 아는 것으로</translation>
    </message>
    <message>
        <source>From your documents</source>
        <translation>내 문서에서</translation>
    </message>
    <message>
        <source>From your memory and the model</source>
        <translation>내 기억과 모델이 아는 것으로</translation>
    </message>
    <message>
        <source>From your memory</source>
        <translation>내 기억에서</translation>
    </message>
    <message>
        <source>From your memory, your documents and the model</source>
        <translation>내 기억과 문서, 모델이 아는 것으로</translation>
    </message>
    <message>
        <source>From your memory and your documents</source>
        <translation>내 기억과 문서에서</translation>
    </message>
    <message>
        <source>From the model itself</source>
        <translation>모델이 아는 것으로</translation>
    </message>
    <message>
        <source>The model gave the words it chose a probability of {percent} % on average.</source>
        <translation>모델이 고른 낱말의 평균 확률은 {percent}%였어요.</translation>
    </message>
    <message>
        <source>Not in your memory, and the model is unsure.</source>
        <translation>기억에 없고, 모델도 확실하지 않아요.</translation>
    </message>
</context>
<context>
    <name>PageColumn</name>
    <message>
        <source>This page cannot be shown.</source>
        <translation>이 쪽은 보여 드릴 수 없어요.</translation>
    </message>
    <message>
        <source>Page {page}</source>
        <translation>{page}쪽</translation>
    </message>
</context>
<context>
    <name>PassageColumn</name>
    <message>
        <source>Page {page}</source>
        <translation>{page}쪽</translation>
    </message>
</context>
<context>
    <name>PictureIntake</name>
    <message>
        <source>{count} pictures are the most with one prompt. Take one out first.</source>
        <translation>질문 하나에 사진은 {count}장까지예요. 먼저 한 장을 빼 주세요.</translation>
    </message>
    <message>
        <source>The picture “{name}” is too large. Make it smaller and try again.</source>
        <translation>‘{name}’ 사진이 너무 커요. 줄여서 다시 넣어 주세요.</translation>
    </message>
    <message>
        <source>The picture “{name}” cannot be opened. Check whether it is still there.</source>
        <translation>‘{name}’ 사진을 열 수 없어요. 아직 그 자리에 있는지 확인해 주세요.</translation>
    </message>
    <message>
        <source>“{name}” is not a picture that can be read. Use PNG, JPEG, WebP, GIF or BMP.</source>
        <translation>‘{name}’ 파일은 읽을 수 있는 사진이 아니에요. PNG, JPEG, WebP, GIF, BMP를 써 주세요.</translation>
    </message>
    <message>
        <source>clipboard</source>
        <translation>클립보드</translation>
    </message>
</context>
<context>
    <name>PortSection</name>
    <message>
        <source>Exports</source>
        <translation>내보낸 파일</translation>
    </message>
    <message>
        <source>Bring in conversations</source>
        <translation>대화 가져오기</translation>
    </message>
    <message>
        <source>Export everything</source>
        <translation>모두 내보내기</translation>
    </message>
    <message>
        <source>Back up the memory</source>
        <translation>기억 백업</translation>
    </message>
    <message>
        <source>In and out</source>
        <translation>가져오기와 내보내기</translation>
    </message>
    <message>
        <source>Conversations from ChatGPT, Claude, Open WebUI and LibreChat, as the ZIP you downloaded. Everything goes out as Markdown to read and JSON that Haema takes in again. A backup is put back with “haema restore”; models are not in it.</source>
        <translation>ChatGPT, Claude, Open WebUI, LibreChat의 대화를 내려받은 ZIP 그대로 가져와요. 내보낼 때는 읽기 좋은 마크다운과 해마가 다시 읽는 JSON으로 모두 나가요. 백업은 “haema restore”로 되돌려요. 모델은 들어 있지 않아요.</translation>
    </message>
    <message>
        <source>Bring in conversations…</source>
        <translation>대화 가져오기…</translation>
    </message>
    <message>
        <source>Export everything…</source>
        <translation>모두 내보내기…</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>백업하기…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>멈추기</translation>
    </message>
</context>
<context>
    <name>PresetRow</name>
    <message>
        <source>Save, rename or delete presets</source>
        <translation>프리셋 저장하기·이름 바꾸기·지우기</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>프리셋 이름</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>저장</translation>
    </message>
    <message>
        <source>{preset}, changed</source>
        <translation>{preset}, 바뀜</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>프리셋</translation>
    </message>
    <message>
        <source>Save as a new preset…</source>
        <translation>새 프리셋으로 저장…</translation>
    </message>
    <message>
        <source>Save the changes to “{preset}”</source>
        <translation>바꾼 것을 ‘{preset}’에 저장</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>이름 바꾸기…</translation>
    </message>
    <message>
        <source>Delete “{preset}”</source>
        <translation>‘{preset}’ 지우기</translation>
    </message>
    <message>
        <source>Use for new conversations</source>
        <translation>새 대화에 쓰기</translation>
    </message>
    <message>
        <source>There is a preset of this name already; choose another.</source>
        <translation>이름이 같은 프리셋이 있어요. 다른 이름을 지어 주세요.</translation>
    </message>
    <message>
        <source>Give the preset a name.</source>
        <translation>프리셋 이름을 적어 주세요.</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Show the files</source>
        <translation>파일 보기</translation>
    </message>
    <message>
        <source>Follow this folder</source>
        <translation>이 폴더 지켜보기</translation>
    </message>
    <message>
        <source>Read what changes in it from now on, and forget what is deleted there</source>
        <translation>앞으로 바뀌는 파일은 다시 읽고, 지워진 파일은 잊어요</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>계속하기</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>잠시 멈추기</translation>
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
        <source>{name} — opening the memory…</source>
        <translation>{name} — 기억을 여는 중…</translation>
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
        <source>{words}, paused</source>
        <translation>{words}, 잠시 멈춤</translation>
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
    <name>ProjectsMenu</name>
    <message>
        <source>Private conversation</source>
        <translation>비공개 대화</translation>
    </message>
    <message>
        <source>Nothing of it is kept (Ctrl+Shift+N)</source>
        <translation>아무것도 남지 않아요 (Ctrl+Shift+N)</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>새 프로젝트…</translation>
    </message>
    <message>
        <source>Move to</source>
        <translation>옮기기</translation>
    </message>
    <message>
        <source>New conversation in this project</source>
        <translation>이 프로젝트에서 새 대화</translation>
    </message>
    <message>
        <source>Rename project…</source>
        <translation>프로젝트 이름 바꾸기…</translation>
    </message>
    <message>
        <source>Remove project…</source>
        <translation>프로젝트 없애기…</translation>
    </message>
    <message>
        <source>No project</source>
        <translation>프로젝트 없음</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>새 프로젝트</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>만들기</translation>
    </message>
    <message>
        <source>Rename project</source>
        <translation>프로젝트 이름 바꾸기</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>이름 바꾸기</translation>
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
    <name>RecallChoice</name>
    <message>
        <source>This project, and what is in none</source>
        <translation>이 프로젝트와 프로젝트 밖의 것</translation>
    </message>
    <message>
        <source>Everything outside projects</source>
        <translation>프로젝트 밖의 모든 것</translation>
    </message>
    <message>
        <source>Nothing, as in the settings</source>
        <translation>없음 (설정대로)</translation>
    </message>
    <message>
        <source>This project only</source>
        <translation>이 프로젝트만</translation>
    </message>
    <message>
        <source>Only this conversation</source>
        <translation>이 대화만</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>What it recalls</source>
        <translation>떠올릴 것</translation>
    </message>
</context>
<context>
    <name>SchemaField</name>
    <message>
        <source>A JSON schema, such as {&quot;type&quot;: &quot;object&quot;, &quot;properties&quot;: {…}}</source>
        <translation>JSON 스키마. 예: {&quot;type&quot;: &quot;object&quot;, &quot;properties&quot;: {…}}</translation>
    </message>
    <message>
        <source>The schema is well formed.</source>
        <translation>스키마의 꼴이 맞아요.</translation>
    </message>
    <message>
        <source>Without a schema any JSON object may be the answer.</source>
        <translation>스키마가 없으면 아무 JSON 객체로나 답해요.</translation>
    </message>
    <message>
        <source>This schema is too long; 20,000 letters are the most.</source>
        <translation>스키마가 너무 길어요. 20,000자까지 쓸 수 있어요.</translation>
    </message>
    <message>
        <source>This is not JSON yet: line {line}, letter {column}.</source>
        <translation>아직 JSON이 아니에요. {line}행 {column}번째 글자를 보세요.</translation>
    </message>
    <message>
        <source>This schema is nested too deeply.</source>
        <translation>스키마가 너무 깊이 겹쳐 있어요.</translation>
    </message>
    <message>
        <source>A schema is a JSON object: it begins with { and ends with }.</source>
        <translation>스키마는 JSON 객체예요. { 로 시작해서 } 로 끝나요.</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Name of a model or its maker</source>
        <translation>모델이나 만든 곳의 이름</translation>
    </message>
    <message>
        <source>Search {host} for models</source>
        <translation>{host}에서 모델 찾기</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>찾기</translation>
    </message>
    <message>
        <source>Searching connects to {host} and sends these words, nothing else.</source>
        <translation>찾기를 누르면 {host}에 연결해서 이 낱말만 보내요.</translation>
    </message>
</context>
<context>
    <name>ServersSection</name>
    <message>
        <source>Asking {host}…</source>
        <translation>{host}에 물어보는 중…</translation>
    </message>
    <message>
        <source>{host} answers, but offers no model.</source>
        <translation>{host}에서 응답했지만 모델이 없어요.</translation>
    </message>
    <message>
        <source>{host} answers, but has no model “{model}”. It has: {models}.</source>
        <translation>{host}에서 응답했지만 ‘{model}’ 모델은 없어요. 있는 모델: {models}.</translation>
    </message>
    <message>
        <source>{host} answers with {model}.</source>
        <translation>{host}에서 {model} 모델로 답해요.</translation>
    </message>
    <message>
        <source>No answer from there. Check the address, and whether the server is running.</source>
        <translation>응답이 없어요. 주소를 확인하고 서버가 켜져 있는지 봐 주세요.</translation>
    </message>
    <message>
        <source>That computer is there, but no server listens at this port.</source>
        <translation>컴퓨터는 있는데 이 포트에 서버가 없어요.</translation>
    </message>
    <message>
        <source>The server wants a key, or another one than this.</source>
        <translation>서버가 키를 요구해요. 키를 넣거나 다른 키로 바꿔 주세요.</translation>
    </message>
    <message>
        <source>The server sends us elsewhere, which Haema does not follow. Give the final address.</source>
        <translation>서버가 다른 주소로 보내려 하는데, 해마는 따라가지 않아요. 옮겨 간 주소를 적어 주세요.</translation>
    </message>
    <message>
        <source>This address is not encrypted, and not on your own network. Use one that begins with https://.</source>
        <translation>암호화되지 않은 주소이고 내 네트워크에 있지도 않아요. https://로 시작하는 주소를 쓰세요.</translation>
    </message>
    <message>
        <source>Something answers there, but not an OpenAI-compatible server. Its address ends in /v1.</source>
        <translation>응답은 있지만 OpenAI 호환 서버가 아니에요. 주소가 /v1로 끝나는지 봐 주세요.</translation>
    </message>
    <message>
        <source>This address is not encrypted: whoever is in between can read along. Prefer https.</source>
        <translation>암호화하지 않는 주소라서 중간에서 누가 읽을 수 있어요. https를 쓰는 편이 좋아요.</translation>
    </message>
    <message>
        <source>Write each as host:port, separated by commas.</source>
        <translation>호스트:포트로 적고, 여럿이면 쉼표로 나눠 주세요.</translation>
    </message>
    <message>
        <source>Give the server&apos;s address first, such as http://192.168.0.10:8080/v1.</source>
        <translation>먼저 서버 주소를 적어 주세요. 예: http://192.168.0.10:8080/v1</translation>
    </message>
    <message>
        <source>The address must begin with http:// or https://.</source>
        <translation>주소는 http://나 https://로 시작해야 해요.</translation>
    </message>
    <message>
        <source>Leave name and password out of the address; a key has its own field.</source>
        <translation>주소에서 이름과 비밀번호를 빼 주세요. 키를 넣는 칸은 따로 있어요.</translation>
    </message>
    <message>
        <source>This is not an address. It looks like http://192.168.0.10:8080/v1.</source>
        <translation>주소가 아니에요. http://192.168.0.10:8080/v1처럼 적어 주세요.</translation>
    </message>
    <message>
        <source>Other computers of mine</source>
        <translation>내 다른 컴퓨터</translation>
    </message>
    <message>
        <source>Off, nothing leaves this computer. With a server on, your prompts, the conversation, and what is recalled for them are sent there; the memory itself stays here.</source>
        <translation>꺼 두면 아무것도 이 컴퓨터를 떠나지 않아요. 켜면 질문과 대화, 그때 떠올린 기억을 그 서버에 보내요. 기억 자체는 여기에 남아요.</translation>
    </message>
    <message>
        <source>Answer by this server</source>
        <translation>이 서버에서 답하기</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>주소</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>키</translation>
    </message>
    <message>
        <source>the server&apos;s first</source>
        <translation>서버의 첫 번째 모델</translation>
    </message>
    <message>
        <source>none</source>
        <translation>없음</translation>
    </message>
    <message>
        <source>Test the connection</source>
        <translation>연결 확인</translation>
    </message>
    <message>
        <source>Borrow memory for large models</source>
        <translation>큰 모델에 메모리 빌리기</translation>
    </message>
    <message>
        <source>Computers that run llama.cpp&apos;s rpc-server take on layers of the model. Experimental in llama.cpp, and what they compute passes your network unencrypted.</source>
        <translation>llama.cpp의 rpc-server가 돌고 있는 컴퓨터가 모델의 층을 나눠 맡아요. llama.cpp에서 아직 실험 중인 기능이고, 계산한 값이 암호화되지 않고 네트워크를 오가요.</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
    </message>
</context>
<context>
    <name>SourceCard</name>
    <message>
        <source>Why it was recalled, pin, forget</source>
        <translation>떠올린 까닭, 고정, 잊기</translation>
    </message>
    <message>
        <source>More about {title}</source>
        <translation>{title} 더 보기</translation>
    </message>
    <message>
        <source>Why was this recalled?</source>
        <translation>왜 떠올렸나요?</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>열기</translation>
    </message>
    <message>
        <source>Open {title}</source>
        <translation>{title} 열기</translation>
    </message>
    <message>
        <source>Summarise</source>
        <translation>요약</translation>
    </message>
    <message>
        <source>Read the whole document and sum it up</source>
        <translation>문서 전체를 읽고 요약하기</translation>
    </message>
    <message>
        <source>Summarise {title}</source>
        <translation>{title} 요약</translation>
    </message>
    <message>
        <source>Source {number}: {title}</source>
        <translation>기억 {number}: {title}</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>고정하기</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>잊기…</translation>
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
        <source>the turns around it</source>
        <translation>앞뒤로 오간 말</translation>
    </message>
    <message>
        <source>beside a match</source>
        <translation>맞는 곳 옆</translation>
    </message>
    <message>
        <source>like other matches</source>
        <translation>다른 결과와 비슷함</translation>
    </message>
    <message>
        <source>recent</source>
        <translation>최근</translation>
    </message>
    <message>
        <source>often of use</source>
        <translation>자주 쓰임</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>고정됨</translation>
    </message>
    <message>
        <source>your correction</source>
        <translation>바로잡은 것</translation>
    </message>
    <message>
        <source>the fact you ask for</source>
        <translation>물어본 사실</translation>
    </message>
    <message>
        <source>its summary</source>
        <translation>요약</translation>
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
    <name>StarterHint</name>
    <message>
        <source>The model that comes with Haema is small. A larger one answers better.</source>
        <translation>해마에 들어 있는 모델은 작아요. 더 큰 모델이 더 잘 답해요.</translation>
    </message>
    <message>
        <source>See larger ones</source>
        <translation>더 큰 모델 보기</translation>
    </message>
</context>
<context>
    <name>Thoughts</name>
    <message>
        <source>What the model thought</source>
        <translation>모델이 한 생각</translation>
    </message>
    <message>
        <source>Hide the thoughts</source>
        <translation>생각 접기</translation>
    </message>
    <message>
        <source>Show the thoughts</source>
        <translation>생각 펼치기</translation>
    </message>
    <message>
        <source>Thinking…</source>
        <translation>생각하는 중…</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>생각</translation>
    </message>
    <message>
        <source>Thought for {seconds} s</source>
        <translation>{seconds}초 동안 생각했어요</translation>
    </message>
    <message>
        <source>Thought for {minutes} min {seconds} s</source>
        <translation>{minutes}분 {seconds}초 동안 생각했어요</translation>
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
        <source>No source says this: the model&apos;s own words</source>
        <translation>출처에 없는, 모델이 한 말이에요</translation>
    </message>
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
        <source>Choose a model…</source>
        <translation>모델 고르기…</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>모델 보기…</translation>
    </message>
    <message>
        <source>That conversation is not here any more.</source>
        <translation>그 대화는 이제 없어요.</translation>
    </message>
    <message>
        <source>Add files to the memory</source>
        <translation>기억에 파일 더하기</translation>
    </message>
</context>
<context>
    <name>WordsField</name>
    <message>
        <source>none</source>
        <translation>없음</translation>
    </message>
</context>
<context>
    <name>_AdapterRow</name>
    <message>
        <source>How strongly {name} is applied</source>
        <translation>{name} 적용 세기</translation>
    </message>
    <message>
        <source>Take off</source>
        <translation>빼기</translation>
    </message>
    <message>
        <source>Take {name} off</source>
        <translation>{name} 빼기</translation>
    </message>
</context>
<context>
    <name>_Bar</name>
    <message>
        <source>needs {need}, {have} free</source>
        <translation>{need} 필요, {have} 남음</translation>
    </message>
</context>
<context>
    <name>_Chip</name>
    <message>
        <source>a picture</source>
        <translation>사진</translation>
    </message>
    <message>
        <source>Picture: {name}</source>
        <translation>사진: {name}</translation>
    </message>
    <message>
        <source>Take out {name}</source>
        <translation>{name} 빼기</translation>
    </message>
    <message>
        <source>Take out this picture</source>
        <translation>이 사진 빼기</translation>
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
    <name>_Line</name>
    <message>
        <source>Pause</source>
        <translation>잠시 멈추기</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>다시 해 보기</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>이어서 받기</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>그만두기</translation>
    </message>
    <message>
        <source>Waits for the one before</source>
        <translation>차례를 기다리는 중</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>멈추는 중…</translation>
    </message>
    <message>
        <source>Paused · {amount}</source>
        <translation>잠시 멈춤 · {amount}</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>잠시 멈춤</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>연결하는 중…</translation>
    </message>
    <message>
        <source>The connection was lost; trying again… · {amount}</source>
        <translation>연결이 끊겨 다시 해 보는 중… · {amount}</translation>
    </message>
    <message>
        <source>Checking that it arrived unharmed…</source>
        <translation>온전히 왔는지 확인하는 중…</translation>
    </message>
    <message>
        <source>{amount} a second</source>
        <translation>초당 {amount}</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{total} 중 {done}</translation>
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
        <source>Haema forgets everything said in it. For {days} days you can bring it back.</source>
        <translation>이 대화에서 나눈 말을 모두 잊어요. {days}일 동안은 되돌릴 수 있어요.</translation>
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
        <source>Private conversation: nothing of it is kept</source>
        <translation>비공개 대화: 아무것도 남지 않아요</translation>
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
        <source>Models</source>
        <translation>모델</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>문서</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>기억</translation>
    </message>
    <message>
        <source>How this conversation is answered</source>
        <translation>이 대화에서 답하는 방식</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>설정</translation>
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
        <source>In a document: the next mark</source>
        <translation>문서에서: 다음 표시</translation>
    </message>
    <message>
        <source>In a document: find words</source>
        <translation>문서에서: 낱말 찾기</translation>
    </message>
    <message>
        <source>In a document: the next page</source>
        <translation>문서에서: 다음 쪽</translation>
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
    <name>documents</name>
    <message>
        <source>1 passage</source>
        <translation>1개 대목</translation>
    </message>
    <message>
        <source>{count} passages</source>
        <translation>{count}개 대목</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1쪽</translation>
    </message>
    <message>
        <source>{count} pages</source>
        <translation>{count}쪽</translation>
    </message>
    <message>
        <source>d MMMM yyyy</source>
        <translation>yyyy년 M월 d일</translation>
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
        <source>Remove “{name}” from the memory?</source>
        <translation>‘{name}’ 문서를 기억에서 뺄까요?</translation>
    </message>
    <message>
        <source>Remove {count} documents from the memory?</source>
        <translation>문서 {count}개를 기억에서 뺄까요?</translation>
    </message>
    <message>
        <source>Remove from the memory</source>
        <translation>기억에서 빼기</translation>
    </message>
    <message>
        <source>Haema forgets every word of it, in the sources of answers too. The files themselves stay where they are.</source>
        <translation>해마가 내용을 한 낱말도 남기지 않고 잊어요. 답에 쓰인 기억에서도 사라져요. 파일은 원래 자리에 그대로 남아요.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>빼기</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>그대로 두기</translation>
    </message>
    <message>
        <source>Name of the collection</source>
        <translation>모음 이름</translation>
    </message>
    <message>
        <source>Such as: Contracts</source>
        <translation>예: 계약서</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
    <message>
        <source>Stop following this folder?</source>
        <translation>이 폴더를 그만 지켜볼까요?</translation>
    </message>
    <message>
        <source>{folder}: what changes there is not read any more.</source>
        <translation>{folder}: 이제 바뀌어도 읽지 않아요.</translation>
    </message>
    <message>
        <source>Its {count} documents can stay in the memory, or leave it. The files stay where they are.</source>
        <translation>여기서 읽은 문서 {count}개는 기억에 남길 수도, 뺄 수도 있어요. 파일은 그대로 남아요.</translation>
    </message>
    <message>
        <source>Keep the documents</source>
        <translation>문서는 남기기</translation>
    </message>
    <message>
        <source>Stop following</source>
        <translation>그만 지켜보기</translation>
    </message>
    <message>
        <source>Remove them</source>
        <translation>문서도 빼기</translation>
    </message>
    <message>
        <source>Go on following</source>
        <translation>계속 지켜보기</translation>
    </message>
</context>
<context>
    <name>engine</name>
    <message>
        <source>This model has no chat template; Haema uses a common one (ChatML), which may not suit it.</source>
        <translation>이 모델에는 대화 틀이 없어서 흔히 쓰는 틀(ChatML)로 말을 걸어요. 모델에 맞지 않을 수 있어요.</translation>
    </message>
    <message>
        <source>The model stopped and is started again. What was written is kept, and goes on.</source>
        <translation>모델이 멈춰서 다시 켜고 있어요. 쓰던 답은 그대로 두고 이어서 써요.</translation>
    </message>
    <message>
        <source>The model ran out of memory.</source>
        <translation>모델이 쓸 메모리가 모자랐어요.</translation>
    </message>
    <message>
        <source>The model gave no sign of life any more.</source>
        <translation>모델이 더는 반응하지 않았어요.</translation>
    </message>
    <message>
        <source>The model calculated wrongly in its self-test.</source>
        <translation>모델이 자체 점검에서 잘못 계산했어요.</translation>
    </message>
    <message>
        <source>The model stopped unexpectedly.</source>
        <translation>모델이 갑자기 멈췄어요.</translation>
    </message>
    <message>
        <source>It now runs in a safer, slower way, with fewer layers on the GPU; Haema remembers that.</source>
        <translation>이제 GPU에 층을 덜 올려 느리지만 더 안전하게 돌리고, 다음에도 그렇게 해요.</translation>
    </message>
    <message>
        <source>It now runs in a safer, slower way, on the processor alone; Haema remembers that.</source>
        <translation>이제 CPU만으로 느리지만 더 안전하게 돌리고, 다음에도 그렇게 해요.</translation>
    </message>
    <message>
        <source>It now runs in a safer, slower way, without special instructions; Haema remembers that.</source>
        <translation>이제 CPU의 특수 명령 없이 느리지만 더 안전하게 돌리고, 다음에도 그렇게 해요.</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>Something went wrong inside Haema ({reason}). The log has the details.</source>
        <translation>해마 안에서 문제가 생겼어요({reason}). 자세한 내용은 로그에 있어요.</translation>
    </message>
    <message>
        <source>The index server “{server}” does not answer, so only words are looked for, not meanings. Start it, or change the setting “index_server”.</source>
        <translation>색인 서버 ‘{server}’ 주소가 응답하지 않아 뜻은 빼고 낱말로만 찾아요. 서버를 켜거나 설정 ‘index_server’ 값을 바꾸세요.</translation>
    </message>
    <message>
        <source>There is no fact {fact}. It may have been forgotten; “haema facts list” names those there are.</source>
        <translation>사실 {fact}번이 없어요. 잊혔을 수 있어요. “haema facts list”로 있는 사실을 볼 수 있어요.</translation>
    </message>
    <message>
        <source>A fact needs words. Write what is to be remembered as one sentence.</source>
        <translation>사실이 비어 있어요. 기억할 내용을 한 문장으로 적어 주세요.</translation>
    </message>
    <message>
        <source>What fact {fact} was taken from is no longer there, so it cannot be kept. Write it down anew.</source>
        <translation>사실 {fact}번의 원래 말이 이제 없어서 간직할 수 없어요. 새로 적어 주세요.</translation>
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
        <source>“{path}” is one of {count} files that make up a model, and “{missing}” is not there. Put them all in one folder.</source>
        <translation>‘{path}’ 파일은 모델 하나를 이루는 파일 {count}개 중 하나인데 ‘{missing}’ 파일이 없어요. 모두 한 폴더에 넣어 주세요.</translation>
    </message>
    <message>
        <source>The memory of “{device}” ran out for “{path}”. Close other programs, put fewer layers on the GPU, or choose a shorter context.</source>
        <translation>‘{path}’ 모델을 돌리기에 ‘{device}’의 메모리가 모자라요. 다른 프로그램을 닫거나, GPU에 올릴 층을 줄이거나, 문맥 길이를 줄여 주세요.</translation>
    </message>
    <message>
        <source>The RPC host “{host}” cannot be used ({reason}). Check its address and that llama.cpp&apos;s RPC server runs there.</source>
        <translation>RPC 호스트 ‘{host}’에 계산을 맡길 수 없어요({reason}). 주소와, 거기서 llama.cpp의 RPC 서버가 돌고 있는지 확인해 주세요.</translation>
    </message>
    <message>
        <source>“{path}” gave no numbers in its self-test. The file may be damaged: download it again, or choose another model.</source>
        <translation>‘{path}’ 모델이 자체 점검에서 숫자를 내지 못했어요. 파일이 손상됐을 수 있으니 다시 내려받거나 다른 모델을 골라 주세요.</translation>
    </message>
    <message>
        <source>llama.cpp stopped while it loaded “{path}”. The file may be damaged: download it again, or choose another model.</source>
        <translation>‘{path}’ 파일을 불러오다가 llama.cpp가 멈췄어요. 파일이 손상됐을 수 있으니 다시 내려받거나 다른 모델을 골라 주세요.</translation>
    </message>
    <message>
        <source>The RPC host “{host}” does not take part now: it serves another program. Close that one, or start the host&apos;s RPC server again.</source>
        <translation>RPC 호스트 ‘{host}’에서 지금은 다른 프로그램의 계산을 하고 있어요. 그 프로그램을 닫거나 호스트의 RPC 서버를 다시 켜 주세요.</translation>
    </message>
    <message>
        <source>The model stopped while other computers lent it their memory: {hosts}. Check llama.cpp&apos;s RPC server there, then ask again.</source>
        <translation>다른 컴퓨터의 메모리를 빌려 쓰던 모델이 멈췄어요: {hosts}. 거기서 llama.cpp의 RPC 서버를 확인한 다음 다시 물어보세요.</translation>
    </message>
    <message>
        <source>The RPC host “{host}” is not on your own network. Its connection is not encrypted: use a computer of your own network.</source>
        <translation>RPC 호스트 ‘{host}’는 내 네트워크에 있지 않아요. 연결이 암호화되지 않으니 내 네트워크에 있는 컴퓨터를 써 주세요.</translation>
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
        <source>“{adapter}” is no LoRA adapter that fits “{model}” ({reason}). Choose one made for this model, or none.</source>
        <translation>‘{adapter}’ 파일은 ‘{model}’ 모델에 맞는 LoRA 어댑터가 아니에요({reason}). 이 모델용 어댑터를 고르거나 빼 주세요.</translation>
    </message>
    <message>
        <source>“{projector}” gives no eyes to “{model}”: it was made for another. Choose the mmproj file of this model, or none.</source>
        <translation>‘{projector}’ 파일은 다른 모델용이라서 ‘{model}’ 모델이 사진을 볼 수 없어요. 이 모델의 mmproj 파일을 고르거나 빼 주세요.</translation>
    </message>
    <message>
        <source>“{model}” cannot see pictures. Choose a model with an mmproj file beside it, or leave the pictures out.</source>
        <translation>‘{model}’ 모델은 사진을 볼 수 없어요. mmproj 파일이 옆에 있는 모델을 고르거나 사진을 빼 주세요.</translation>
    </message>
    <message>
        <source>Picture {number} cannot be read. Use a PNG or JPEG file of at most 32 MB and 64 megapixels.</source>
        <translation>{number}번째 사진을 읽을 수 없어요. 32MB, 6,400만 화소를 넘지 않는 PNG나 JPEG 파일을 써 주세요.</translation>
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
        <source>“{name}” cannot be {value}. Choose a value from {low} to {high}.</source>
        <translation>‘{name}’에 {value} 값은 쓸 수 없어요. {low}에서 {high} 사이로 골라 주세요.</translation>
    </message>
    <message>
        <source>The JSON schema for the answer cannot be used: see “{place}”. Correct or simplify it.</source>
        <translation>답의 JSON 스키마를 쓸 수 없어요. ‘{place}’ 부분을 바로잡거나 단순하게 해 주세요.</translation>
    </message>
    <message>
        <source>The grammar for the answer cannot be used: see “{place}” in line {line}. Correct or simplify it.</source>
        <translation>답의 문법을 쓸 수 없어요. {line}행의 ‘{place}’ 부분을 바로잡거나 단순하게 해 주세요.</translation>
    </message>
    <message>
        <source>The form asked for is too complex to hold the answer to it. Simplify the schema or the grammar.</source>
        <translation>정해 준 형식이 너무 복잡해서 답을 거기에 맞출 수 없어요. 스키마나 문법을 단순하게 해 주세요.</translation>
    </message>
    <message>
        <source>The model has no token that fits the form asked for. Change the schema or the grammar, or choose another model.</source>
        <translation>정해 준 형식에 맞는 토큰이 모델에 없어요. 스키마나 문법을 바꾸거나 다른 모델을 골라 주세요.</translation>
    </message>
    <message>
        <source>“{draft}” cannot guess ahead for “{model}”. Choose a smaller model of the same family, or none.</source>
        <translation>‘{draft}’ 모델로는 ‘{model}’ 모델의 말을 미리 짐작할 수 없어요. 같은 계열의 더 작은 모델을 고르거나 빼 주세요.</translation>
    </message>
    <message>
        <source>“{host}” is not on your own network, and its address is not encrypted. Use one that begins with https://.</source>
        <translation>‘{host}’ 서버는 내 네트워크에 있지 않고 주소도 암호화되지 않아요. https://로 시작하는 주소를 써 주세요.</translation>
    </message>
    <message>
        <source>The server “{host}” does not answer. Check that it is running and that its address is right, then ask again.</source>
        <translation>‘{host}’ 서버가 응답하지 않아요. 서버가 켜져 있는지, 주소가 맞는지 확인한 다음 다시 물어보세요.</translation>
    </message>
    <message>
        <source>The connection to “{host}” broke off. What it had written is kept; ask again to go on.</source>
        <translation>‘{host}’ 서버와 연결이 끊겼어요. 쓰던 답은 남아 있어요. 다시 물으면 이어 갈 수 있어요.</translation>
    </message>
    <message>
        <source>“{host}” shows a certificate that this computer does not trust. Install the one that signed it here, or use another address.</source>
        <translation>이 컴퓨터가 믿지 않는 인증서를 ‘{host}’ 서버가 보여 줘요. 그 인증서에 서명한 인증서를 여기에 설치하거나 다른 주소를 써 주세요.</translation>
    </message>
    <message>
        <source>“{host}” sends us to another address, which Haema does not follow. Set the final address in the settings.</source>
        <translation>‘{host}’ 서버가 다른 주소로 보내려 하는데, 해마는 따라가지 않아요. 옮겨 간 주소를 설정에 적어 주세요.</translation>
    </message>
    <message>
        <source>“{host}” wants a key, or another one. Set the right one in the settings.</source>
        <translation>‘{host}’ 서버가 키를 요구하거나 키가 맞지 않아요. 설정에 맞는 키를 적어 주세요.</translation>
    </message>
    <message>
        <source>“{host}” is busy or still loads its model (HTTP {status}). Ask again in a moment.</source>
        <translation>‘{host}’ 서버가 바쁘거나 아직 모델을 불러오고 있어요(HTTP {status}). 잠시 뒤에 다시 물어보세요.</translation>
    </message>
    <message>
        <source>“{host}” refused the question (HTTP {status}). Its own log says why.</source>
        <translation>‘{host}’ 서버가 질문을 거절했어요(HTTP {status}). 까닭은 그 서버의 로그에 있어요.</translation>
    </message>
    <message>
        <source>“{host}” gave an answer that Haema cannot use ({reason}). Check that the server speaks OpenAI&apos;s chat completions and that its address ends in /v1.</source>
        <translation>‘{host}’ 서버의 응답을 해마가 쓸 수 없어요({reason}). OpenAI의 chat completions를 쓰는 서버인지, 주소가 /v1로 끝나는지 확인해 주세요.</translation>
    </message>
    <message>
        <source>“{host}” has no model “{model}”. Choose one that it has in the settings.</source>
        <translation>‘{host}’ 서버에 ‘{model}’ 모델이 없어요. 설정에서 그 서버에 있는 모델로 바꿔 주세요.</translation>
    </message>
    <message>
        <source>“{host}” cannot hold an answer to a grammar. Use a JSON schema, or a model on this computer.</source>
        <translation>‘{host}’ 서버는 답을 문법에 맞출 수 없어요. JSON 스키마를 쓰거나 이 컴퓨터의 모델을 써 주세요.</translation>
    </message>
    <message>
        <source>The list of models “{path}” is damaged ({reason}). Install Haema again.</source>
        <translation>모델 목록 ‘{path}’ 파일이 손상됐어요({reason}). 해마를 다시 설치해 주세요.</translation>
    </message>
    <message>
        <source>“{address}” is not an address that Haema connects to. Use one that begins with https://.</source>
        <translation>‘{address}’ 주소에는 해마가 연결하지 않아요. https://로 시작하는 주소를 써 주세요.</translation>
    </message>
    <message>
        <source>The proxy of this system cannot be used. Set HTTPS_PROXY to an address that begins with http://.</source>
        <translation>이 시스템의 프록시를 쓸 수 없어요. HTTPS_PROXY에 http://로 시작하는 주소를 넣어 주세요.</translation>
    </message>
    <message>
        <source>“{host}” cannot be reached. Check the internet connection and the proxy, then try again.</source>
        <translation>‘{host}’에 연결할 수 없어요. 인터넷 연결과 프록시를 확인하고 다시 해 주세요.</translation>
    </message>
    <message>
        <source>“{host}” shows a certificate that this computer does not trust. Check the date of this computer, and whether a proxy stands between.</source>
        <translation>이 컴퓨터가 믿지 않는 인증서를 ‘{host}’에서 보여 줘요. 이 컴퓨터의 날짜와, 중간에 프록시가 있는지 확인해 주세요.</translation>
    </message>
    <message>
        <source>“{host}” gave an answer that Haema cannot use ({reason}). Try again later, or take another model.</source>
        <translation>‘{host}’에서 온 응답을 해마가 쓸 수 없어요({reason}). 나중에 다시 하거나 다른 모델을 받아 주세요.</translation>
    </message>
    <message>
        <source>“{host}” does not answer now (HTTP {status}). Try again in some minutes.</source>
        <translation>‘{host}’에서 지금은 응답하지 않아요(HTTP {status}). 몇 분 뒤에 다시 해 주세요.</translation>
    </message>
    <message>
        <source>“{name}” is not on {host}, or only for people who are logged in there. Check the name.</source>
        <translation>{host}에 ‘{name}’ 모델이 없거나, 로그인한 사람만 받을 수 있어요. 이름을 확인해 주세요.</translation>
    </message>
    <message>
        <source>“{name}” is given only to people who log in and accept its terms. Download it with a browser at {address} and add the file here.</source>
        <translation>‘{name}’ 모델은 로그인하고 약관에 동의해야 받을 수 있어요. 브라우저로 {address}에서 내려받은 다음 그 파일을 더해 주세요.</translation>
    </message>
    <message>
        <source>“{name}” on {host} is not the file that was asked for: its checksum is {have}, not {want}. Search for the model to take what is there now.</source>
        <translation>{host}의 ‘{name}’ 파일은 받으려던 파일이 아니에요(체크섬 {have}, 받으려던 것 {want}). 지금 있는 것을 받으려면 모델을 찾아 주세요.</translation>
    </message>
    <message>
        <source>“{repository}” has several models: {files}. Write one of them after its name, with a slash.</source>
        <translation>‘{repository}’ 저장소에는 모델이 여러 개 있어요: {files}. 저장소 이름 뒤에 빗금(/)을 넣고 그중 하나를 적어 주세요.</translation>
    </message>
    <message>
        <source>“{name}” is neither in the catalogue nor a name on the hub. “haema models list --catalogue” shows it.</source>
        <translation>‘{name}’ 모델은 추천 목록에도 허브에도 없는 이름이에요. 추천 목록은 ‘haema models list --catalogue’로 볼 수 있어요.</translation>
    </message>
    <message>
        <source>The connection to {host} broke off at {have} of {need}. What has arrived is kept: try again to go on.</source>
        <translation>{need} 중 {have}를 받고 {host} 연결이 끊겼어요. 받은 것은 남아 있어요. 다시 하면 이어서 받아요.</translation>
    </message>
    <message>
        <source>“{name}” did not arrive as it was published and was removed. Download it again.</source>
        <translation>받은 ‘{name}’ 파일이 공개된 것과 달라서 지웠어요. 다시 내려받아 주세요.</translation>
    </message>
    <message>
        <source>“{name}” is being downloaded already. Wait until that is done.</source>
        <translation>‘{name}’ 파일은 이미 받고 있어요. 끝날 때까지 기다려 주세요.</translation>
    </message>
    <message>
        <source>“{path}” has {free} of free space and needs {need}. Free some space and try again.</source>
        <translation>‘{path}’ 폴더에 {need}가 필요한데 {free}만 비어 있어요. 자리를 비우고 다시 해 주세요.</translation>
    </message>
    <message>
        <source>The disk that holds “{path}” is full. Free some space and try again; what has arrived is kept.</source>
        <translation>‘{path}’ 폴더가 있는 디스크가 가득 찼어요. 자리를 비우고 다시 해 주세요. 받은 것은 남아 있어요.</translation>
    </message>
    <message>
        <source>“{path}” cannot be written ({reason}). Make the folder writable, or choose another.</source>
        <translation>‘{path}’에 쓸 수 없어요({reason}). 폴더에 쓰기를 허락하거나 다른 폴더를 골라 주세요.</translation>
    </message>
    <message>
        <source>There is no model “{name}” here. “haema models list” shows those there are.</source>
        <translation>‘{name}’ 모델은 여기에 없어요. 있는 모델은 ‘haema models list’로 볼 수 있어요.</translation>
    </message>
    <message>
        <source>“{name}” is in use. Choose another model first.</source>
        <translation>‘{name}’ 모델을 쓰고 있어요. 먼저 다른 모델을 골라 주세요.</translation>
    </message>
    <message>
        <source>“{name}” comes with Haema and cannot be removed.</source>
        <translation>‘{name}’ 모델은 해마에 들어 있는 것이라 지울 수 없어요.</translation>
    </message>
    <message>
        <source>“{name}” is not the file that was published: its checksum is {have}, not {want}. Download it again.</source>
        <translation>‘{name}’ 파일이 공개된 것과 달라요(체크섬 {have}, 공개된 것 {want}). 다시 내려받아 주세요.</translation>
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
        <source>“{path}” has no text on pages {pages}. If they are scans, install Tesseract or run text recognition on the file.</source>
        <translation>‘{path}’ 파일의 {pages}쪽에는 글이 없어요. 스캔한 쪽이라면 Tesseract를 설치하거나 파일에 글자 인식을 해 주세요.</translation>
    </message>
    <message>
        <source>{count} files in “{path}” could not be read and are left out: {names}.</source>
        <translation>‘{path}’에 든 파일 중 {count}개를 읽을 수 없어서 뺐어요: {names}.</translation>
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
        <source>“{path}” has no text on pages {pages}, and Tesseract recognised none there. If they are scans, scan them again, sharper or upright.</source>
        <translation>‘{path}’ 파일의 {pages}쪽에는 글자가 없고, Tesseract로도 알아보지 못했어요. 스캔한 것이면 더 선명하고 똑바르게 다시 스캔해 주세요.</translation>
    </message>
    <message>
        <source>The memory holds no document “{path}”. “haema documents list” shows those it holds.</source>
        <translation>기억에 ‘{path}’ 문서가 없어요. ‘haema documents list’ 명령으로 어떤 문서가 있는지 볼 수 있어요.</translation>
    </message>
    <message>
        <source>The folder “{path}” is not watched. “haema documents list --watched” shows those that are.</source>
        <translation>‘{path}’ 폴더는 지켜보고 있지 않아요. ‘haema documents list --watched’ 명령으로 지켜보는 폴더를 볼 수 있어요.</translation>
    </message>
    <message>
        <source>“{path}” is no folder, so it cannot be watched. Name the folder it is in.</source>
        <translation>‘{path}’ 경로는 폴더가 아니라서 지켜볼 수 없어요. 그 파일이 든 폴더를 지정해 주세요.</translation>
    </message>
    <message>
        <source>“{path}” is not a conversation export that Haema knows. Choose the ZIP or the JSON file that ChatGPT, Claude, Open WebUI, LibreChat or Haema wrote.</source>
        <translation>“{path}”은(는) 해마가 아는 대화 내보내기 파일이 아니에요. ChatGPT, Claude, Open WebUI, LibreChat이나 해마가 만든 ZIP 또는 JSON 파일을 골라 주세요.</translation>
    </message>
    <message>
        <source>The export was written by a newer Haema (version {version}, this one knows {known}). Update Haema.</source>
        <translation>더 새로운 해마가 내보낸 파일이에요(판 {version}, 이 해마는 {known}까지 알아요). 해마를 업데이트해 주세요.</translation>
    </message>
    <message>
        <source>“{path}” is there already and not empty. Choose a new folder, or a file that ends in .zip.</source>
        <translation>“{path}”은(는) 이미 있고 비어 있지 않아요. 새 폴더나 .zip으로 끝나는 파일을 골라 주세요.</translation>
    </message>
    <message>
        <source>“{path}” cannot be written there. Choose another place.</source>
        <translation>“{path}”을(를) 그곳에 쓸 수 없어요. 다른 곳을 골라 주세요.</translation>
    </message>
    <message>
        <source>“{path}” is no backup that Haema wrote, or is damaged. Choose the file that “haema backup” wrote.</source>
        <translation>“{path}”은(는) 해마가 만든 백업이 아니거나 손상됐어요. “haema backup”이 만든 파일을 골라 주세요.</translation>
    </message>
    <message>
        <source>There is no conversation “{conversation}”. Leave the option out to start a new one.</source>
        <translation>‘{conversation}’ 대화가 없어요. 이 옵션을 빼면 새 대화가 시작돼요.</translation>
    </message>
    <message>
        <source>This is not in the bin any more. It was brought back, or has left it for good.</source>
        <translation>휴지통에 더는 없어요. 이미 되돌렸거나 완전히 지워졌어요.</translation>
    </message>
    <message>
        <source>The model that compares meanings cannot be loaded ({reason}). Run “haema doctor”.</source>
        <translation>뜻을 견주는 모델을 불러올 수 없어요({reason}). ‘haema doctor’를 실행해 주세요.</translation>
    </message>
    <message>
        <source>“{path}” is not the folder of a sentence-transformers model: {file} is missing or damaged. Choose the folder that holds modules.json.</source>
        <translation>‘{path}’ 경로는 sentence-transformers 모델 폴더가 아니에요. {file} 파일이 없거나 손상됐어요. modules.json이 있는 폴더를 고르세요.</translation>
    </message>
    <message>
        <source>The model in “{path}” is refused: {part} could run a program. Choose one with safetensors weights and no code of its own.</source>
        <translation>‘{path}’ 폴더의 모델은 쓸 수 없어요. {part} 부분이 프로그램을 실행할 수 있어요. safetensors 가중치만 있고 자체 코드가 없는 모델을 고르세요.</translation>
    </message>
    <message>
        <source>The model in “{path}” cannot be used to compare meanings ({reason}). The present one stays; choose another.</source>
        <translation>‘{path}’ 폴더의 모델로는 뜻을 비교할 수 없어요({reason}). 지금 모델을 그대로 쓰니 다른 모델을 고르세요.</translation>
    </message>
    <message>
        <source>The chosen embedder in “{path}” can no longer be loaded ({reason}). Put it back, or choose another; the bundled one serves until then.</source>
        <translation>고른 ‘{path}’ 폴더의 모델을 더는 불러올 수 없어요({reason}). 되돌려 놓거나 다른 모델을 고르세요. 그때까지는 기본 모델을 써요.</translation>
    </message>
    <message>
        <source>Haema knows no embedder “{name}”. “haema embedder list” shows those it can download.</source>
        <translation>‘{name}’ 이름의 모델은 해마가 몰라요. ‘haema embedder list’ 명령으로 내려받을 수 있는 모델을 볼 수 있어요.</translation>
    </message>
    <message>
        <source>The memory holds no collection “{collection}”. “haema documents list” shows which there are.</source>
        <translation>기억에 ‘{collection}’ 모음이 없어요. ‘haema documents list’ 명령으로 어떤 모음이 있는지 볼 수 있어요.</translation>
    </message>
    <message>
        <source>There is no project “{project}”. “haema projects list” names those there are.</source>
        <translation>“{project}” 프로젝트가 없어요. “haema projects list”로 있는 프로젝트를 볼 수 있어요.</translation>
    </message>
    <message>
        <source>There is a project “{name}” already. Choose another name.</source>
        <translation>“{name}” 프로젝트가 이미 있어요. 다른 이름을 골라 주세요.</translation>
    </message>
    <message>
        <source>A project needs a name. Write one.</source>
        <translation>프로젝트에는 이름이 있어야 해요. 이름을 적어 주세요.</translation>
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
<context>
    <name>fit</name>
    <message>
        <source>Fits on the GPU</source>
        <translation>GPU에 모두 올라가요</translation>
    </message>
    <message>
        <source>{on} of {layers} layers on the GPU</source>
        <translation>{layers}개 층 중 {on}개를 GPU에</translation>
    </message>
    <message>
        <source>Runs on the CPU</source>
        <translation>CPU에서 돌아요</translation>
    </message>
    <message>
        <source>Should fit on the GPU</source>
        <translation>GPU에 모두 올라갈 거예요</translation>
    </message>
    <message>
        <source>Should run, partly on the GPU</source>
        <translation>GPU에 일부 올라갈 거예요</translation>
    </message>
    <message>
        <source>Should run on the CPU</source>
        <translation>CPU에서 돌 거예요</translation>
    </message>
    <message>
        <source>Too large: needs {need}, {have} free</source>
        <translation>너무 커요: {need} 필요, {have} 남음</translation>
    </message>
</context>
<context>
    <name>memories</name>
    <message>
        <source>page {page}</source>
        <translation>{page}쪽</translation>
    </message>
    <message>
        <source>{kind}, from “{title}”</source>
        <translation>{kind}, ‘{title}’에서</translation>
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
        <translation>{who}, ‘{title}’에서</translation>
    </message>
    <message>
        <source>Your correction</source>
        <translation>바로잡은 것</translation>
    </message>
    <message>
        <source>Written by you</source>
        <translation>직접 적음</translation>
    </message>
    <message>
        <source>Learned from what was said</source>
        <translation>나눈 말에서 알게 됨</translation>
    </message>
    <message>
        <source>Told by you</source>
        <translation>직접 말해 줌</translation>
    </message>
    <message>
        <source>used in 1 answer</source>
        <translation>답변 1개에 쓰임</translation>
    </message>
    <message>
        <source>used in {count} answers</source>
        <translation>답변 {count}개에 쓰임</translation>
    </message>
    <message>
        <source>d MMMM yyyy</source>
        <translation>yyyy년 M월 d일</translation>
    </message>
    <message>
        <source>d MMMM yyyy, HH:mm</source>
        <extracomment>Date and time as QLocale.toString takes them; in Korean: yyyy년 M월 d일 (ddd) AP h:mm</extracomment>
        <translation>yyyy년 M월 d일 (ddd) AP h:mm</translation>
    </message>
    <message>
        <source>MMMM yyyy</source>
        <translation>yyyy년 M월</translation>
    </message>
</context>
<context>
    <name>memory</name>
    <message>
        <source>Facts that rest on these turns are forgotten with them.</source>
        <translation>이 말에서 나온 사실도 함께 잊어요.</translation>
    </message>
    <message>
        <source>A passage cannot be forgotten alone: {names} leaves the memory.</source>
        <translation>대목 하나만 잊을 수는 없어요. {names} 문서 전체를 잊어요.</translation>
    </message>
    <message>
        <source>For {count} days you can bring it back from the bin.</source>
        <translation>{count}일 동안 휴지통에서 되살릴 수 있어요.</translation>
    </message>
    <message>
        <source>Nothing of it stays on the disk. This cannot be undone.</source>
        <translation>디스크에 아무것도 남지 않아요. 되돌릴 수 없어요.</translation>
    </message>
    <message>
        <source>Answers that repeat it in their own words stay: look for them too.</source>
        <translation>다른 말로 되풀이한 답변은 남아요. 그것도 찾아보세요.</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>잊기</translation>
    </message>
    <message>
        <source>Forget {what}?</source>
        <translation>{what}를 잊을까요?</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>남기기</translation>
    </message>
    <message>
        <source>Empty the bin</source>
        <translation>휴지통 비우기</translation>
    </message>
    <message>
        <source>Empty the bin?</source>
        <translation>휴지통을 비울까요?</translation>
    </message>
    <message>
        <source>{count} memories leave the disk for good. This cannot be undone.</source>
        <translation>기억 {count}개가 디스크에서 아주 지워져요. 되돌릴 수 없어요.</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>비우기</translation>
    </message>
    <message>
        <source>1 fact</source>
        <translation>사실 1개</translation>
    </message>
    <message>
        <source>{count} facts</source>
        <translation>사실 {count}개</translation>
    </message>
    <message>
        <source>1 turn</source>
        <translation>말 1개</translation>
    </message>
    <message>
        <source>{count} turns</source>
        <translation>말 {count}개</translation>
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
        <source>Such as: My sister Jin lives in Busan.</source>
        <translation>예: 내 동생 진이는 부산에 살아.</translation>
    </message>
    <message>
        <source>What shall I remember?</source>
        <translation>무엇을 기억할까요?</translation>
    </message>
    <message>
        <source>Such as: The lease ends on 31 August 2027.</source>
        <translation>예: 임대차 계약은 2027년 8월 31일에 끝나.</translation>
    </message>
    <message>
        <source>What is right?</source>
        <translation>무엇이 맞나요?</translation>
    </message>
    <message>
        <source>Remember</source>
        <translation>기억하기</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>취소</translation>
    </message>
</context>
<context>
    <name>models</name>
    <message>
        <source>on this computer</source>
        <translation>이 컴퓨터에 있음</translation>
    </message>
    <message>
        <source>downloading</source>
        <translation>받는 중</translation>
    </message>
    <message>
        <source>in the queue</source>
        <translation>차례 기다림</translation>
    </message>
    <message>
        <source>not downloaded</source>
        <translation>받지 못함</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>잠시 멈춤</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>약 {size}</translation>
    </message>
    <message>
        <source>not for commercial use</source>
        <translation>상업적 사용 불가</translation>
    </message>
    <message>
        <source>English</source>
        <translation>영어</translation>
    </message>
    <message>
        <source>Korean</source>
        <translation>한국어</translation>
    </message>
    <message>
        <source>{count} downloads a month</source>
        <translation>한 달에 {count}번 내려받음</translation>
    </message>
    <message>
        <source>wants a log-in</source>
        <translation>로그인 필요</translation>
    </message>
    <message>
        <source>gives a model eyes</source>
        <translation>모델이 사진을 보게 해 줘요</translation>
    </message>
    <message>
        <source>{count} parts</source>
        <translation>파일 {count}개</translation>
    </message>
    <message>
        <source>Adapters and projectors</source>
        <translation>어댑터와 프로젝터</translation>
    </message>
    <message>
        <source>Found in other programs</source>
        <translation>다른 프로그램에서 찾은 모델</translation>
    </message>
    <message>
        <source>reads up to {count} tokens</source>
        <translation>한 번에 {count}토큰까지</translation>
    </message>
    <message>
        <source>changes how a model answers</source>
        <translation>모델이 답하는 방식을 바꿔요</translation>
    </message>
    <message>
        <source>starter</source>
        <translation>기본 모델</translation>
    </message>
    <message>
        <source>stays in its own folder</source>
        <translation>원래 폴더에 있음</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>불러오는 중</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>사용 중</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>읽을 수 없어요</translation>
    </message>
    <message>
        <source>Take the model off the list</source>
        <translation>모델을 목록에서 빼기</translation>
    </message>
    <message>
        <source>Take “{name}” off the list?</source>
        <translation>‘{name}’ 모델을 목록에서 뺄까요?</translation>
    </message>
    <message>
        <source>The file {path} stays where it is.</source>
        <translation>파일은 {path}에 그대로 남아요.</translation>
    </message>
    <message>
        <source>Take off</source>
        <translation>빼기</translation>
    </message>
    <message>
        <source>Delete the model</source>
        <translation>모델 지우기</translation>
    </message>
    <message>
        <source>Delete “{name}”?</source>
        <translation>‘{name}’ 모델을 지울까요?</translation>
    </message>
    <message>
        <source>{path} is deleted, and {size} of the disk become free. This cannot be undone.</source>
        <translation>{path} 파일을 지우고 디스크에서 {size}를 비워요. 되돌릴 수 없어요.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>지우기</translation>
    </message>
    <message>
        <source>Cancel the download</source>
        <translation>내려받기 그만두기</translation>
    </message>
    <message>
        <source>Cancel the download of “{name}”?</source>
        <translation>‘{name}’ 내려받기를 그만둘까요?</translation>
    </message>
    <message>
        <source>What has arrived ({size}) is deleted. To keep it, pause instead.</source>
        <translation>지금까지 받은 {size}를 지워요. 남겨 두려면 잠시 멈추기를 누르세요.</translation>
    </message>
    <message>
        <source>What has arrived is deleted. To keep it, pause instead.</source>
        <translation>지금까지 받은 것을 지워요. 남겨 두려면 잠시 멈추기를 누르세요.</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>그대로 두기</translation>
    </message>
</context>
<context>
    <name>port</name>
    <message>
        <source>Bring in conversations</source>
        <translation>대화 가져오기</translation>
    </message>
    <message>
        <source>Bring in the conversations of “{name}”?</source>
        <translation>“{name}”에 든 대화를 가져올까요?</translation>
    </message>
    <message>
        <source>It looks like an export of another assistant, or of Haema. Its conversations keep their dates and are remembered like your own. Otherwise it is read as a document.</source>
        <translation>다른 비서나 해마에서 내보낸 파일 같아요. 가져온 대화는 날짜를 그대로 간직하고, 여기서 나눈 대화처럼 기억해요. 가져오지 않으면 문서로 읽어요.</translation>
    </message>
    <message>
        <source>Bring in</source>
        <translation>가져오기</translation>
    </message>
    <message>
        <source>Read as a document</source>
        <translation>문서로 읽기</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>멈추기</translation>
    </message>
    <message>
        <source>Stopped. What was read stays; the same file goes on from there.</source>
        <translation>멈췄어요. 읽은 데까지는 남아 있고, 같은 파일을 다시 고르면 거기서부터 이어져요.</translation>
    </message>
    <message>
        <source>Reading “{name}”: {share}</source>
        <translation>“{name}” 읽는 중: {share}</translation>
    </message>
    <message>
        <source>The conversations are here. {done} of {total} turns can be found by what they say.</source>
        <translation>대화를 모두 가져왔어요. {total}마디 가운데 {done}마디를 내용으로 찾을 수 있어요.</translation>
    </message>
    <message>
        <source>Stopped. Nothing was written.</source>
        <translation>멈췄어요. 아무것도 쓰지 않았어요.</translation>
    </message>
    <message>
        <source>Everything is in “{name}”.</source>
        <translation>모두 “{name}”에 담았어요.</translation>
    </message>
    <message>
        <source>Writing “{name}”: {share}</source>
        <translation>“{name}” 쓰는 중: {share}</translation>
    </message>
    <message>
        <source>Copying the memory to “{name}”: {share}</source>
        <translation>기억을 “{name}”(으)로 복사하는 중: {share}</translation>
    </message>
    <message>
        <source>{conversations} conversations with {messages} new messages are here.</source>
        <translation>대화 {conversations}개, 새 메시지 {messages}개를 가져왔어요.</translation>
    </message>
    <message>
        <source>{known} were here before.</source>
        <translation>{known}개는 이미 있었어요.</translation>
    </message>
    <message>
        <source>{documents} documents came with them.</source>
        <translation>문서 {documents}개도 함께 왔어요.</translation>
    </message>
    <message>
        <source>{facts} facts wait for you in the memory.</source>
        <translation>사실 {facts}개가 기억 화면에서 확인을 기다려요.</translation>
    </message>
</context>
<context>
    <name>projects</name>
    <message>
        <source>Name of the project</source>
        <translation>프로젝트 이름</translation>
    </message>
    <message>
        <source>Such as: Moving house</source>
        <translation>예: 이사 준비</translation>
    </message>
    <message>
        <source>Remove the project “{name}”?</source>
        <translation>“{name}” 프로젝트를 없앨까요?</translation>
    </message>
    <message>
        <source>Nothing belongs to it.</source>
        <translation>안에 든 것이 없어요.</translation>
    </message>
    <message>
        <source>Conversations in it: {conversations}. Documents in it: {documents}. They can stay, and are then recalled everywhere; or Haema forgets them. The files themselves stay.</source>
        <translation>대화 {conversations}개와 문서 {documents}개가 들어 있어요. 그대로 두면 이제 어디서나 떠올리고, 아니면 해마가 잊어요. 파일 자체는 그대로 있어요.</translation>
    </message>
    <message>
        <source>Remove the project, keep what is in it</source>
        <translation>프로젝트만 없애고 안에 든 것은 두기</translation>
    </message>
    <message>
        <source>Remove the project</source>
        <translation>프로젝트 없애기</translation>
    </message>
    <message>
        <source>Forget all of it</source>
        <translation>모두 잊기</translation>
    </message>
    <message>
        <source>Keep the project</source>
        <translation>프로젝트 두기</translation>
    </message>
</context>
<context>
    <name>sampling</name>
    <message>
        <source>Longest answer</source>
        <translation>답 길이 한도</translation>
    </message>
    <message>
        <source>In tokens; a token is about four letters of English or one syllable of Korean.</source>
        <translation>토큰 단위예요. 토큰 하나는 영어 네 글자나 한글 한 글자쯤이에요.</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>상위 개수(top-k)</translation>
    </message>
    <message>
        <source>Only so many of the likeliest words are considered.</source>
        <translation>가장 그럴듯한 말 가운데 이만큼만 살펴봐요.</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>상위 확률(top-p)</translation>
    </message>
    <message>
        <source>Only the likeliest words that together have this probability are considered.</source>
        <translation>가장 그럴듯한 말부터 확률의 합이 이 값이 될 때까지만 살펴봐요.</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>최소 확률(min-p)</translation>
    </message>
    <message>
        <source>Words less likely than this part of the likeliest one are left out.</source>
        <translation>가장 그럴듯한 말의 확률에 이 값을 곱한 것보다 낮은 말은 빼요.</translation>
    </message>
    <message>
        <source>Creativity</source>
        <translation>창의성</translation>
    </message>
    <message>
        <source>Temperature: 0 takes the likeliest word; more is more varied, less exact.</source>
        <translation>온도(temperature)예요. 0이면 가장 그럴듯한 낱말만 골라요. 높을수록 다양하지만 덜 정확해요.</translation>
    </message>
    <message>
        <source>Avoid repeated words</source>
        <translation>낱말 반복 줄이기</translation>
    </message>
    <message>
        <source>The repeat penalty: with too much of it numbers are misquoted.</source>
        <translation>반복 페널티예요. 너무 높으면 숫자를 잘못 옮겨요.</translation>
    </message>
    <message>
        <source>Avoid repeated phrases</source>
        <translation>구절 반복 줄이기</translation>
    </message>
    <message>
        <source>DRY: keeps the answer from repeating whole phrases; 0.8 is common.</source>
        <translation>DRY: 같은 구절을 되풀이하지 않게 해요. 보통 0.8을 써요.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>시드</translation>
    </message>
    <message>
        <source>With the same number, the same prompt gets the same answer again.</source>
        <translation>같은 숫자면 같은 질문에 같은 답이 나와요.</translation>
    </message>
    <message>
        <source>Stop words</source>
        <translation>멈춤 말</translation>
    </message>
    <message>
        <source>The answer ends before any of these; separate them by commas.</source>
        <translation>이 말이 나오려 하면 답을 끝내요. 쉼표로 나눠 적어요.</translation>
    </message>
    <message>
        <source>Answer as JSON</source>
        <translation>JSON으로 답하기</translation>
    </message>
    <message>
        <source>A JSON schema; the answer is JSON that fits it.</source>
        <translation>JSON 스키마예요. 답이 이 꼴에 맞는 JSON으로 나와요.</translation>
    </message>
    <message>
        <source>Precise</source>
        <translation>정확하게</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>균형 있게</translation>
    </message>
    <message>
        <source>Creative</source>
        <translation>창의적으로</translation>
    </message>
</context>
<context>
    <name>settings</name>
    <message>
        <source>The window&apos;s language</source>
        <translation>창에 쓰는 언어</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>언어</translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation>시스템 설정대로</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>밝은 화면이나 어두운 화면</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>화면 모드</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>밝게</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>어둡게</translation>
    </message>
    <message>
        <source>Before each answer Haema recalls what you told it and what your documents say</source>
        <translation>답하기 전에 들려준 말과 문서 내용을 떠올려요</translation>
    </message>
    <message>
        <source>Answer with the memory</source>
        <translation>기억을 떠올려 답하기</translation>
    </message>
    <message>
        <source>So long it can be brought back; otherwise it is gone from the disk at once</source>
        <translation>그동안 되살릴 수 있어요. 끄면 곧바로 디스크에서 지워요</translation>
    </message>
    <message>
        <source>Keep what I forget for 30 days</source>
        <translation>잊은 것을 30일 동안 보관</translation>
    </message>
    <message>
        <source>Recent conversations go on at once while the model&apos;s reading of them is kept</source>
        <translation>모델이 읽은 것을 디스크에 남겨 두면 최근 대화를 바로 이어 갈 수 있어요</translation>
    </message>
    <message>
        <source>Disk space for quick resuming</source>
        <translation>바로 이어 가기에 쓸 디스크</translation>
    </message>
</context>
<context>
    <name>whole</name>
    <message>
        <source>Searching “{name}”: {done} of {total} passages</source>
        <translation>‘{name}’ 찾는 중: 대목 {total}개 중 {done}개</translation>
    </message>
    <message>
        <source>Reading “{name}”: {done} of {total} passages</source>
        <translation>‘{name}’ 읽는 중: 대목 {total}개 중 {done}개</translation>
    </message>
    <message>
        <source>Summing up: {done} of {total} passages read</source>
        <translation>간추리는 중: 대목 {total}개 중 {done}개 읽음</translation>
    </message>
    <message>
        <source>{read} of {total} passages searched, word by word</source>
        <translation>대목 {total}개 중 {read}개를 글자 그대로 찾음</translation>
    </message>
    <message>
        <source>{read} of {total} passages read</source>
        <translation>대목 {total}개 중 {read}개 읽음</translation>
    </message>
    <message>
        <source>{documents} documents: {words}</source>
        <translation>문서 {documents}개: {words}</translation>
    </message>
    <message>
        <source>This answer did not read a whole document: it was not clear which one. Name its file to have all of it read.</source>
        <translation>어느 문서인지 분명하지 않아 문서 전체를 읽지 않았어요. 파일 이름을 적으면 끝까지 읽어요.</translation>
    </message>
    <message>
        <source>Summarise “{name}”</source>
        <translation>“{name}” 요약해 줘</translation>
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
    <name>why</name>
    <message>
        <source>Alike in meaning</source>
        <translation>뜻이 비슷해요</translation>
    </message>
    <message>
        <source>Holds your words</source>
        <translation>찾는 말이 들어 있어요</translation>
    </message>
    <message>
        <source>Other matches in the same conversation</source>
        <translation>같은 대화에 맞는 말이 더 있어요</translation>
    </message>
    <message>
        <source>The turns around it fit</source>
        <translation>앞뒤 말이 맞아요</translation>
    </message>
    <message>
        <source>Stands beside a match</source>
        <translation>맞는 대목 옆에 있어요</translation>
    </message>
    <message>
        <source>Like the other matches</source>
        <translation>다른 결과와 비슷해요</translation>
    </message>
    <message>
        <source>Said by whom you name</source>
        <translation>물어본 사람이 한 말이에요</translation>
    </message>
    <message>
        <source>Tells of something that happened</source>
        <translation>있었던 일을 말해요</translation>
    </message>
    <message>
        <source>From the time you name</source>
        <translation>물어본 때의 말이에요</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>최근 것이에요</translation>
    </message>
    <message>
        <source>Often of use</source>
        <translation>자주 쓰였어요</translation>
    </message>
    <message>
        <source>Pinned by you</source>
        <translation>고정해 두었어요</translation>
    </message>
    <message>
        <source>Your correction</source>
        <translation>바로잡은 것</translation>
    </message>
    <message>
        <source>The question asks for this fact</source>
        <translation>바로 이 사실을 물었어요</translation>
    </message>
    <message>
        <source>The summary around it fits</source>
        <translation>앞뒤 요약이 맞아요</translation>
    </message>
    <message>
        <source>The turn it comes from fits</source>
        <translation>처음 나온 말이 맞아요</translation>
    </message>
    <message>
        <source>A fact you keep</source>
        <translation>기억해 둔 사실</translation>
    </message>
    <message>
        <source>It names what you asked about.</source>
        <translation>물어본 것을 짚어 말하고 있어요.</translation>
    </message>
    <message>
        <source>It is near enough to your question.</source>
        <translation>질문과 충분히 가까워요.</translation>
    </message>
    <message>
        <source>A fact you keep answers it.</source>
        <translation>기억해 둔 사실이 답이에요.</translation>
    </message>
    <message>
        <source>Why this was recalled</source>
        <translation>떠올린 까닭</translation>
    </message>
    <message>
        <source>In all</source>
        <translation>모두 더해</translation>
    </message>
    <message>
        <source>In common: {words}</source>
        <translation>함께 나온 말: {words}</translation>
    </message>
</context>
</TS>
