// Made of the OpenAPI document by `npm run client:types`. Do not edit.
export interface paths {
    "/v1/memories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List
         * @description Memories of a scope by age, a page at a time.
         */
        get: operations["listMemories"];
        put?: never;
        /**
         * Remember
         * @description Stores a text, a chat message, a memory with attributes, or a list of them, word for word. When the answer arrives they are durable and can be found. The body may have 8 MiB; more goes through the stream.
         */
        post: operations["addMemories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remember a stream
         * @description Takes one memory a line for as long as the caller likes and answers one progress line after each committed batch; the last one has `done: true` and the totals. Everything in a progress line is durable. A line that cannot be stored is skipped with its number (from 0) and the reason. A line may have 8 MiB. Read the answer while sending: a reader that stops also stops the writer. After a failure the last line is a Problem.
         */
        post: operations["streamMemories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get one
         * @description One memory as it is now, or as it was known at a time.
         */
        get: operations["getMemory"];
        put?: never;
        post?: never;
        /**
         * Forget one
         * @description The memory is never recalled again.
         */
        delete: operations["forgetMemory"];
        options?: never;
        head?: never;
        /**
         * Change one
         * @description Writes a new version; the earlier ones stay in the history.
         */
        patch: operations["updateMemory"];
        trace?: never;
    };
    "/v1/memories/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo changes of one
         * @description The content of an earlier version becomes the newest one; the versions in between stay.
         */
        post: operations["restoreMemory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * History of one
         * @description Every version of a memory, and whether the chain of their hashes is intact.
         */
        get: operations["memoryHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search
         * @description Memories that fit a query, best first. No language model is called.
         */
        post: operations["searchMemories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recall": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Recall a context
         * @description Text for a prompt: the memories that fit a query inside a token budget, fenced, labelled with who said them, and cited. No language model is called.
         */
        post: operations["recallMemories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/census": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whose memories
         * @description How many memories there are of each user, agent, application and session of a scope.
         */
        get: operations["census"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Statistics
         * @description How much a scope holds, and the state of its index.
         */
        get: operations["stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export
         * @description Every memory of a scope with all of its versions, one a line; lossless and importable. After a failure the last line is a Problem.
         */
        get: operations["exportMemories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/batch/get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get many
         * @description Memories by their ids, as they are now or as they were known at a time.
         */
        post: operations["getMemories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/batch/update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change many
         * @description One after the other, each for itself: the receipt says of every one what became of it. A batch that is not valid changes nothing; a failure of the store ends it and leaves what was done.
         */
        post: operations["updateMemories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/batch/forget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget many
         * @description One after the other, each for itself: the receipt says of every one what became of it. A batch that is not valid changes nothing; a failure of the store ends it and leaves what was done. What a selector names is forgotten with `POST /v1/forget`.
         */
        post: operations["forgetSeveral"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Talk, with memory
         * @description Answers a message with what memory holds of its topic and its time, inferred in the light of the turns before, and remembers both. Secrets go into the vault, or nowhere, and into no prompt. Server-sent events: `prompt` with the tokens that were reused, restored and evaluated, `text` with pieces of the answer, `call` with a call that the model made when `tools` are offered, `end` with the receipt; `error` with a Problem when the model fails on the way. Turns of one session see those before them.
         */
        post: operations["chat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/activations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is compiled
         * @description The KV states of what prompts of exactly this scope begin with.
         */
        get: operations["listActivations"];
        put?: never;
        /**
         * Compile memory
         * @description Computes the KV state of the memory that prompts of this scope begin with, so that the next one needs no prefill of it. A server that keeps prefixes by itself (vLLM, SGLang, llama-server) is warmed with it by a request for one token: `reason` is `warmed`, and `cached` of the `tokens` were there already.
         */
        post: operations["compileActivation"];
        /**
         * Give up what is compiled
         * @description The text is still there; prompts evaluate it again.
         */
        delete: operations["dropActivations"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/activations/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What would be compiled
         * @description What the placement policy would compile or give up now, why, and what it gains.
         */
        get: operations["planActivations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/adapters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Adapters
         * @description The adapters of the memories of exactly this scope, the oldest first.
         */
        get: operations["listAdapters"];
        put?: never;
        /**
         * Train an adapter
         * @description Leaves an adapter to be trained from memories, by a job. It can be attached once it has passed its gates; with `attach` it is, at once.
         */
        post: operations["trainAdapter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/adapters/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What would be learned
         * @description Which memories would be learned, in how many adapters, which are left out and why, and what the placement policy would have trained or detached. Writes nothing.
         */
        post: operations["planAdapters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/adapters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One adapter
         * @description With its manifest, its gates, and the curve of its training, also while that goes on.
         */
        get: operations["getAdapter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/adapters/{id}/retrain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Train one anew
         * @description From its memories as they are now, without those that are gone. When the new one is ready it takes the place of this one wherever that is attached.
         */
        post: operations["retrainAdapter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/adapters/{id}/attach": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Attach one
         * @description Chats of this scope, and of narrower ones, are answered under it from now on. Attaching it again sets its scale.
         */
        post: operations["attachAdapter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/adapters/{id}/detach": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Detach one
         * @description Takes it out of use in exactly this scope. Its memories are there as text.
         */
        post: operations["detachAdapter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/adapters/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take one back for good
         * @description Detaches it everywhere at once, drops what was computed under it and deletes its files. What it was trained from stays on record.
         */
        post: operations["revokeAdapter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/nearest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Label by example
         * @description The labelled texts in memory vote about the label of another. Examples are memories with a `label` in their metadata, and texts that list many, each followed by a line `label: L`. No language model is called.
         */
        post: operations["nearestLabel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Order of two texts
         * @description Which of two texts came first in memory, and where both stand. Some of their words may be missing or in another order. No language model is called.
         */
        post: operations["orderOfTexts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/neighbours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Neighbours of one
         * @description Memories that hang together with one: links in either direction, names that few have, similar texts.
         */
        get: operations["getNeighbours"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/graph/sample": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A part of the graph to look at
         * @description What surrounds a memory or a name, nearest first. Without either, the names that most of the newest memories share, and these memories. Never more nodes than `limit`; `complete` is false when there are more.
         */
        get: operations["sampleGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/graph/path": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Path between two
         * @description How two memories hang together, over links and shared names. Empty when they do not.
         */
        get: operations["getPath"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/graph/entity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Page of an entity
         * @description The memories that name it, its facts, and what it is named together with.
         */
        get: operations["getEntity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/graph/fact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Value of a fact
         * @description What holds, everything that ever did, and the memories that say so.
         */
        get: operations["getFact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/graph/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Current value along relations
         * @description What holds of a subject along up to four relations, each of the value of the one before, with the memory that states each and what it superseded.
         */
        post: operations["currentFact"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/graph/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer from facts
         * @description Answers a question from what holds now, over at most four facts, or says that it is not known. No language model is called.
         */
        post: operations["answerFromFacts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/graph/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the graph
         * @description Memories, the entities that at least two of them name, and what joins them.
         */
        get: operations["exportGraph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/freeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Freeze one
         * @description What it says cannot change any more; it is recalled as before.
         */
        post: operations["freezeMemory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/thaw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a freeze
         * @description What it says may change again.
         */
        post: operations["thawMemory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put one aside
         * @description It is found only when archived memories are asked for, and active again once it is used.
         */
        post: operations["archiveMemory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take one out of the archive
         * @description It is recalled again.
         */
        post: operations["activateMemory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Admit one
         * @description A memory that was held back for review becomes part of memory; forgetting it turns it away.
         */
        post: operations["approveMemory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/unmerge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a merge
         * @description The memories that this one was made of are back as they were; this one is forgotten.
         */
        post: operations["unmergeMemory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/reveal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the value of one
         * @description The value of a memory in the vault. That it was shown, to whom and why is in the audit before the answer is sent.
         */
        post: operations["revealMemory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo the last step of one
         * @description Takes back the last change of what it says, a freeze, putting it into the archive, or forgetting it.
         */
        post: operations["undoMemory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/governance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change access and lifetime of one
         * @description Who may see it, how long it is kept, whether it may change. Moving the end of an expired memory into the future brings it back.
         */
        patch: operations["governMemory"];
        trace?: never;
    };
    "/v1/merges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Merge some
         * @description Makes one memory of several of one owner. They are not recalled any more and are named as its sources; undoing the merge brings them back exactly.
         */
        post: operations["mergeMemories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Judge one
         * @description Says that a memory was useful, is wrong, or is outdated: it moves its heat and its rank, within bounds.
         */
        post: operations["judgeMemory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/citations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what was cited
         * @description Memories that an answer was based on: they stay warm. Counted a moment later.
         */
        post: operations["citeMemories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/lifecycle/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Policy
         * @description How long the tenant keeps what, and whether it archives what has gone cold.
         */
        get: operations["getLifecyclePolicy"];
        /**
         * Set the policy
         * @description Replaces the tenant's policy. It holds for what is stored already, too.
         */
        put: operations["setLifecyclePolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/memories/{id}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take one back to a time
         * @description What it was at that time becomes its newest version.
         */
        post: operations["rollbackMemory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a scope back to a time
         * @description What has changed since is as it was, what was added since is archived; each as a new version. What cannot go back is named with the reason.
         */
        post: operations["rollbackScope"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What is different between two times
         * @description Memories of a scope that were added, changed, removed from recall or returned to it, a page at a time.
         */
        post: operations["diff"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/snapshots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Snapshots
         * @description Names of points in time, the earliest first.
         */
        get: operations["listSnapshots"];
        put?: never;
        /**
         * Name a point in time
         * @description Now, or a time that has been. Everything can be read as of it, and taken back to it.
         */
        post: operations["makeSnapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/snapshots/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a name away
         * @description The time stays what it was; only its name is gone.
         */
        delete: operations["dropSnapshot"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/forget/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what would be forgotten
         * @description Forgets nothing. The token in the answer forgets exactly what was shown, or nothing.
         */
        post: operations["previewForget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/forget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget some
         * @description By id, person, source, time, field, or what a search finds. A tombstone can be undone; a purge takes the content out of the store for good, and its receipt can be verified.
         */
        post: operations["forgetMemories"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/forget/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Verify a purge
         * @description Reads every byte of the store and looks for what the purge of a receipt was to remove.
         */
        post: operations["verifyForget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs
         * @description Jobs of a scope, the newest first, a page at a time. `dead` ones have failed for good.
         */
        get: operations["listJobs"];
        put?: never;
        /**
         * Leave work to be done
         * @description A job of a kind that some process of this store has a handler for. Its input names things by id.
         */
        post: operations["enqueueJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job
         * @description Its state, its progress, and why it failed.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Call a job off
         * @description One that is running is told so; what it has done stays done.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a dead job again
         * @description It waits again, with all its attempts.
         */
        post: operations["replayJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/barrier": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Wait for derived work
         * @description Waits until the work of a scope that is there now has ended: its jobs, and what follows from writes.
         */
        post: operations["barrier"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens
         * @description Server-sent events of a scope, in order: from now on, or from after an event. A client that comes back sends `Last-Event-ID` and misses nothing that is still kept.
         */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Webhooks
         * @description Other systems that are told what happens.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Have another system told
         * @description Events of the tenant are posted there from now on, signed as Standard Webhooks describes it, in order, and again until the answer is a 2xx status. The secret is shown this once.
         */
        post: operations["addWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a webhook
         * @description It is told nothing more.
         */
        delete: operations["removeWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/consolidation/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plan a consolidation
         * @description The dry run: near-duplicates to be merged, conversations to be summarised, contradictions, outdated facts, what episodes come to (kinds `distil` and, with a model, `insight`). Changes nothing.
         */
        post: operations["planConsolidation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/consolidation/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Consolidate
         * @description Applies what a plan proposes, within a budget and only while nobody adds, searches or recalls: otherwise it ends with `busy`.
         */
        post: operations["runConsolidation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/consolidation/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List consolidations
         * @description Runs that came to something, the latest first.
         */
        get: operations["listConsolidations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/consolidation/runs/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a consolidation
         * @description Takes back what a run made; what somebody has changed since is left and named.
         */
        post: operations["undoConsolidation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/traces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why memories were made
         * @description What was decided about batches of new memories, the newest first: what each was taken for, what was made of it, what was not and why. Ids and reasons, never what a memory says. With `cube` those about one memory.
         */
        get: operations["listTraces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/traces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One trace
         * @description What was decided about one batch of new memories, and why.
         */
        get: operations["getTrace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/traces/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide once more
         * @description Decides once more, by the rules of today, about what a trace has read, at the versions that it read, and writes nothing. `same` tells whether it comes to the same memories.
         */
        post: operations["replayTrace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams/{team}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is in a team
         * @description Who may do what in the shared space of a team, `{ app: TEAM }`, now.
         */
        get: operations["listTeamMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/teams/{team}/members/{agent}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Let an agent into a team
         * @description Gives an agent a right on the shared space, in the place of what it had there. One that is not known is made known, with a space of its own.
         */
        put: operations["joinTeam"];
        post?: never;
        /**
         * Put an agent out of a team
         * @description Ends every right of the agent on the shared space at once. What it wrote stays.
         */
        delete: operations["leaveTeam"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/hand-overs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an agent has handed over
         * @description The latest first, with what became of each.
         */
        get: operations["listHandOvers"];
        put?: never;
        /**
         * Hand a working set to another agent
         * @description Copies the working memory of a session, and memories that are named, from the space of the agent in the scope into a space that the other agent may read until it ends. Only that agent, or who opened the store, may.
         */
        post: operations["handOver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/hand-overs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a hand-over
         * @description The scope names the agent who handed over. Called by it, the right to read ends at once and the copies are forgotten; called by the other agent, it gives them back.
         */
        delete: operations["endHandOver"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What those who share a space disagree on
         * @description Facts with one value at a time of which two state different ones: both values, who, when, in which words, and which of them holds. Changes nothing.
         */
        post: operations["listConflicts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/conflicts/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide a conflict
         * @description Writes a version of the chosen memory that states its value from now on and links to the others as contradicted, with the reason. Nothing is deleted; undoing that version takes the decision back.
         */
        post: operations["resolveConflict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/skills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List skills
         * @description Procedural memories with how often each worked, the most dependable first.
         */
        get: operations["listSkills"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/skills/{id}/outcome": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Note how a use of a skill went
         * @description Counts as feedback on the memory: it is recalled a little more or less.
         */
        post: operations["noteSkillOutcome"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/principals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Principals
         * @description The principals of the tenant.
         */
        get: operations["listPrincipals"];
        put?: never;
        /**
         * Make a principal known
         * @description A user, an agent or a service that can be given grants and keys. A user or an agent gets a grant on its own memory.
         */
        post: operations["createPrincipal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Grants
         * @description The grants on a scope and inside it, with those that have ended.
         */
        get: operations["listGrants"];
        put?: never;
        /**
         * Give a right
         * @description The scope is the space that the grant covers. Who gives a right must have it, for as long and on as much, and be allowed to share it.
         */
        post: operations["createGrant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a right
         * @description Counts at once. What the holder has given to others on the strength of this grant ends with it.
         */
        delete: operations["revokeGrant"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quota": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Quota and usage
         * @description What the tenant may hold at most, and what it holds.
         */
        get: operations["getQuota"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Limit a tenant
         * @description Sets every limit: what is not named is not limited any more. Nothing is removed.
         */
        patch: operations["setQuota"];
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Audit
         * @description What was done and refused in the tenant, the oldest first, a page at a time.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check the audit
         * @description Reads the whole audit of the tenant and checks its chain of hashes. What was cut off at its end shows only against a head that was noted earlier.
         */
        post: operations["verifyAudit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alive
         * @description Answers as long as the process runs.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ready
         * @description Whether the store takes requests, and the state of each part of it.
         */
        get: operations["readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Whose memory. The tenant follows from the API key; naming another one is refused. The other parts narrow a read to what carries the same value, and are stamped on what is written. */
        RequestScope: {
            tenant?: string;
            user?: string;
            agent?: string;
            app?: string;
            session?: string;
        };
        /** @description A text, a chat message, a memory with attributes, or a list of them. */
        AddInput: (string | components["schemas"]["Message"] | components["schemas"]["NewMemory"]) | (string | components["schemas"]["Message"] | components["schemas"]["NewMemory"])[];
        Message: {
            /** @enum {string} */
            role: "user" | "assistant" | "tool" | "system";
            content: string;
            name?: string;
            occurredAt?: string;
            metadata?: components["schemas"]["Metadata"];
        };
        /** @description The caller's own fields, usable in filters. */
        Metadata: {
            [key: string]: (string | number | boolean | null) | (string | number | boolean | null)[];
        };
        NewMemory: {
            text: string;
            origin?: components["schemas"]["Origin"];
            actor?: string;
            type?: components["schemas"]["CubeType"];
            /** @enum {string} */
            format?: "text" | "markdown" | "json";
            title?: string;
            keywords?: string[];
            tags?: string[];
            context?: string;
            facts?: components["schemas"]["Statement"][];
            links?: components["schemas"]["Link"][];
            metadata?: components["schemas"]["Metadata"];
            occurredAt?: string;
            validFrom?: string;
            validTo?: string;
            governance?: components["schemas"]["NewGovernance"];
            priority?: number;
            sources?: {
                cube: components["schemas"]["CubeId"];
                span?: [
                    number,
                    number
                ];
                sha256: string;
            }[];
            secret?: string;
            model?: string;
            promptHash?: string;
            session?: string;
        };
        /**
         * @description Who the content comes from; recalled text is always labelled with it.
         * @enum {string}
         */
        Origin: "user" | "assistant" | "tool" | "document" | "inferred";
        /** @enum {string} */
        CubeType: "core" | "episodic" | "semantic" | "procedural" | "resource" | "vault" | "working";
        Statement: {
            subject: string;
            relation: string;
            object: string;
            /** Format: date-time */
            validFrom?: string;
            /** Format: date-time */
            validTo?: string;
        };
        Link: {
            to: components["schemas"]["CubeId"];
            kind: components["schemas"]["LinkKind"];
            why?: string;
        };
        /** @example 0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b */
        CubeId: string;
        /** @enum {string} */
        LinkKind: "link" | "supports" | "contradicts";
        NewGovernance: {
            /** @enum {string} */
            visibility?: "private" | "shared";
            /** @enum {string} */
            sensitivity?: "public" | "internal" | "secret";
            expiresAt?: string;
            /** @enum {string} */
            retention?: "default" | "keep" | "legal-hold";
            readonly?: boolean;
        };
        /** @description Fields to change; null removes an optional one. */
        UpdatePatch: {
            text?: string;
            /** @enum {string} */
            format?: "text" | "markdown" | "json";
            type?: components["schemas"]["CubeType"];
            title?: string | null;
            keywords?: string[];
            tags?: string[];
            context?: string | null;
            facts?: components["schemas"]["Statement"][];
            links?: components["schemas"]["Link"][];
            metadata?: components["schemas"]["Metadata"];
            occurredAt?: (string) | null;
            validFrom?: (string) | null;
            validTo?: (string) | null;
            priority?: number;
        };
        /** @enum {string} */
        Channel: "text" | "vector" | "exact" | "recency" | "graph";
        BatchUpdate: {
            id: components["schemas"]["CubeId"];
            patch: components["schemas"]["UpdatePatch"];
            /** @description The version that the change was made on top of; if another is current, this one is left as it is. */
            ifVersion?: number;
        };
        BatchForget: {
            id: components["schemas"]["CubeId"];
            /** @description The version that the change was made on top of; if another is current, this one is left as it is. */
            ifVersion?: number;
        };
        AdapterRecipe: {
            /**
             * @default lora
             * @enum {string}
             */
            method: "lora" | "rslora" | "dora";
            /** @default 16 */
            rank: number;
            /** @default 32 */
            alpha: number;
            /**
             * @default [
             *       "q_proj",
             *       "k_proj",
             *       "v_proj",
             *       "o_proj",
             *       "gate_proj",
             *       "up_proj",
             *       "down_proj"
             *     ]
             */
            targets: ("q_proj" | "k_proj" | "v_proj" | "o_proj" | "gate_proj" | "up_proj" | "down_proj")[];
            /**
             * @default adamw
             * @enum {string}
             */
            optimizer: "adamw" | "galore";
            /** @default 0.002 */
            learningRate: number;
            /** @default 30 */
            epochs: number;
            /** @default 4096 */
            batchTokens: number;
            /** @default 0.02 */
            stopLoss: number;
            /** @default 1 */
            seed: number;
        };
        AdapterGateLimits: {
            /** @default 0.8 */
            recall: number;
            /** @default 0.8 */
            recognition: number;
            /** @default 0.03 */
            retentionLoss: number;
        };
        GovernancePatch: {
            /** @enum {string} */
            visibility?: "private" | "shared";
            /** @enum {string} */
            sensitivity?: "public" | "internal" | "secret";
            /** @enum {string} */
            retention?: "default" | "keep" | "legal-hold";
            readonly?: boolean;
            expiresAt?: (string) | null;
        };
        /** @enum {string} */
        Verdict: "useful" | "wrong" | "outdated";
        LifecyclePolicy: {
            /** @default [] */
            retention: components["schemas"]["RetentionRule"][];
            /** @default false */
            archiveCold: boolean;
        };
        /** @description Memories of these types and origins expire so many days after they were recorded. */
        RetentionRule: {
            types?: components["schemas"]["CubeType"][];
            origins?: components["schemas"]["Origin"][];
            days: number;
        };
        ForgetSelector: {
            ids?: components["schemas"]["CubeId"][];
            /** @constant */
            all?: true;
            origins?: components["schemas"]["Origin"][];
            actors?: string[];
            from?: string;
            to?: string;
            where?: components["schemas"]["Filter"];
            query?: string;
            k?: number;
        };
        /**
         * @description A tombstone is out of every answer and can be undone for 30 days; after a purge the content is gone.
         * @enum {string}
         */
        ForgetMode: "tombstone" | "purge";
        ForgetReceipt: {
            id: components["schemas"]["CubeId"];
            /** @constant */
            operation: "forget";
            mode: components["schemas"]["ForgetMode"];
            scope: components["schemas"]["Scope"];
            /** Format: date-time */
            recordedAt: string;
            forgotten: {
                id: components["schemas"]["CubeId"];
                versions: number;
                hash: string;
                derived: boolean;
            }[];
            skipped: {
                id: components["schemas"]["CubeId"];
                reason: string;
            }[];
            more: boolean;
            steps: {
                /** @enum {string} */
                ledger: "done" | "pending";
                /** @enum {string} */
                index: "done" | "pending";
                /** @enum {string} */
                blobs: "done" | "pending";
                /** @enum {string} */
                log: "done" | "pending";
            };
            fingerprints: {
                salt: string;
                windows: {
                    cube: components["schemas"]["CubeId"];
                    roll: number;
                    proof: string;
                }[];
                tooShort: components["schemas"]["CubeId"][];
            };
            milliseconds: number;
            warnings: components["schemas"]["Warning"][];
        };
        /** @description Whose memory: tenant, and optionally user, agent, app and session. */
        Scope: {
            tenant: string;
            user?: string;
            agent?: string;
            app?: string;
            session?: string;
        };
        /** @description Something that did not work as configured, and what was done instead. */
        Warning: {
            code: string;
            message: string;
        };
        /** @enum {string} */
        JobState: "waiting" | "delayed" | "running" | "done" | "dead" | "cancelled";
        JobId: components["schemas"]["CubeId"];
        /**
         * @description What is to be done with some memories; `close` is only reported.
         * @enum {string}
         */
        ConsolidationKind: "merge" | "contradiction" | "close" | "summarise" | "distil" | "insight";
        ConsolidationBudget: {
            /** @default 5000 */
            milliseconds: number;
            /** @default 20 */
            calls: number;
        };
        /**
         * @description What became of a use of a skill.
         * @enum {string}
         */
        SkillOutcome: "worked" | "failed";
        /** @description A user, an agent or a service of a tenant. */
        PrincipalName: {
            /** @enum {string} */
            kind: "user" | "agent" | "service";
            id: string;
        };
        /**
         * @description read; write: add and import; change: update, restore, states, feedback; forget; reveal: show a secret; share: give grants, at most what one has; administer: principals, keys, quotas, policy, audit, jobs.
         * @enum {string}
         */
        Action: "read" | "write" | "change" | "forget" | "reveal" | "share" | "administer";
        /** @description What a tenant may hold at most; what is not named is not limited. */
        Quota: {
            cubes?: number;
            textBytes?: number;
            apiKeys?: number;
        };
        AuditHead: {
            sequence: number;
            hash: string;
        };
        /** @description One comparison. `contains` is membership for lists and substring for text. */
        FilterLeaf: {
            field: string;
            /** @enum {string} */
            op: "eq" | "ne" | "contains";
            value: string | number | boolean;
        } | {
            field: string;
            /** @enum {string} */
            op: "gt" | "gte" | "lt" | "lte";
            value: string | number;
        } | {
            field: string;
            /** @constant */
            op: "in";
            value: (string | number | boolean)[];
        };
        __schema0: unknown;
        /** @description A boolean expression over the fields of a cube. */
        Filter: components["schemas"]["FilterLeaf"] | {
            and: components["schemas"]["Filter"][];
        } | {
            or: components["schemas"]["Filter"][];
        } | {
            not: components["schemas"]["Filter"];
        };
        WriteReceipt: {
            operation: components["schemas"]["Operation"];
            written: components["schemas"]["Written"][];
            skipped: {
                index: number;
                reason: string;
            }[];
            replayed: boolean;
            llmCalls: number;
            llmTokens: number;
            milliseconds: number;
            warnings: components["schemas"]["Warning"][];
        };
        /** @enum {string} */
        Operation: "add" | "import" | "update" | "restore" | "approve" | "archive" | "activate" | "freeze" | "thaw" | "merge" | "unmerge" | "expire" | "renew" | "forget" | "recover" | "govern" | "rollback";
        Written: {
            id: components["schemas"]["CubeId"];
            /** @enum {string} */
            kind: "plaintext" | "activation" | "parametric";
            type: components["schemas"]["CubeType"];
            version: number;
            duplicateOf?: components["schemas"]["CubeId"];
            quarantined?: {
                reasons: string[];
            };
            findings?: {
                [key: string]: number;
            };
        };
        /** @description Every error answer (RFC 9457). */
        Problem: {
            /** @description A link to the explanation of this code. */
            type: string;
            title: string;
            status: number;
            /** @description What is wrong, in a sentence. */
            detail: string;
            code: components["schemas"]["ErrorCode"];
            /** @description What to do about it. */
            remedy: string;
            /** @description Where in the request the fault is. */
            path?: string;
            /** @description The path of the request. */
            instance?: string;
            requestId: string;
        };
        /**
         * @description What programs branch on.
         * @enum {string}
         */
        ErrorCode: "INVALID_INPUT" | "CUBE_FILE_INVALID" | "UNAUTHORIZED" | "FORBIDDEN" | "QUOTA_EXCEEDED" | "READ_ONLY" | "NOT_FOUND" | "VAULT_LOCKED" | "MODEL_INVALID" | "STATE_INVALID" | "DOCUMENT_INVALID" | "TRAINER_UNAVAILABLE" | "TRAINING_FAILED" | "BACKUP_INVALID" | "ADAPTER_INVALID" | "UNSUPPORTED" | "ENGINE_UNAVAILABLE" | "WEBHOOK_FAILED" | "TOO_MANY_JOBS" | "TOO_MANY_REQUESTS" | "CONFLICT" | "INVALID_TRANSITION" | "IDEMPOTENCY_MISMATCH" | "TOO_LARGE" | "ABORTED" | "INTERNAL" | "EMBEDDER_FAILED" | "EMBEDDING_INVALID" | "MODEL_FAILED" | "LEDGER_UNAVAILABLE" | "STORE_BUSY" | "STORE_NEWER" | "STORE_INVALID" | "INDEX_CORRUPT" | "OBJECTS_UNAVAILABLE" | "OBJECTS_REFUSED" | "CLOSED" | "DISK_FULL";
        ListResult: {
            cubes: components["schemas"]["MemCube"][];
            cursor?: string;
        };
        MemCube: {
            id: components["schemas"]["CubeId"];
            scope: components["schemas"]["Scope"];
            type: components["schemas"]["CubeType"];
            payload: components["schemas"]["Payload"];
            attributes: components["schemas"]["Attributes"];
            provenance: components["schemas"]["Provenance"];
            time: components["schemas"]["Time"];
            governance: components["schemas"]["Governance"];
            behaviour: components["schemas"]["Behaviour"];
            state: components["schemas"]["CubeState"];
            version: number;
            duplicateOf?: components["schemas"]["CubeId"];
        };
        Payload: components["schemas"]["PlaintextPayload"] | components["schemas"]["ActivationPayload"] | components["schemas"]["ParametricPayload"];
        PlaintextPayload: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "plaintext";
            text: string;
            /** @enum {string} */
            format: "text" | "markdown" | "json";
            sealed?: {
                id: components["schemas"]["CubeId"];
            };
        };
        ActivationPayload: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "activation";
            fingerprint: components["schemas"]["ModelFingerprint"];
            prefix: string;
            tokens: number;
            state: components["schemas"]["BlobRef"];
            manifest: {
                cube: components["schemas"]["CubeId"];
                version: number;
                sha256: string;
            }[];
        };
        ModelFingerprint: {
            model: string;
            engine: string;
            configuration: string;
            adapters: string[];
        };
        BlobRef: {
            sha256: string;
            bytes: number;
            mediaType: string;
        };
        ParametricPayload: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "parametric";
            fingerprint: components["schemas"]["ModelFingerprint"];
            rank: number;
            alpha: number;
            weights: components["schemas"]["BlobRef"];
            gguf?: components["schemas"]["BlobRef"];
            manifest: {
                cube: components["schemas"]["CubeId"];
                version: number;
                sha256: string;
            }[];
        };
        Attributes: {
            title?: string;
            keywords: string[];
            tags: string[];
            context?: string;
            facts?: components["schemas"]["StatementOutput"][];
            links?: components["schemas"]["Link"][];
            metadata: components["schemas"]["Metadata"];
            authors: {
                [key: string]: "caller" | "rule" | "model";
            };
        };
        Provenance: {
            origin: components["schemas"]["Origin"];
            actor: string;
            sources: {
                cube: components["schemas"]["CubeId"];
                span?: [
                    number,
                    number
                ];
                sha256: string;
            }[];
            model?: string;
            promptHash?: string;
            trust?: number;
            echoes?: {
                spans: [
                    number,
                    number
                ][];
                sha256: string;
            };
        };
        Time: {
            recordedAt: string;
            occurredAt?: string;
            validFrom?: string;
            validTo?: string;
        };
        Governance: {
            /** @enum {string} */
            visibility: "private" | "shared";
            /** @enum {string} */
            sensitivity: "public" | "internal" | "secret";
            expiresAt?: string;
            /** @enum {string} */
            retention: "default" | "keep" | "legal-hold";
            readonly: boolean;
        };
        Behaviour: {
            priority: number;
            heat: number;
            useCount: number;
            lastUsedAt?: string;
            feedback: {
                useful: number;
                wrong: number;
                outdated: number;
            };
        };
        /** @enum {string} */
        CubeState: "generated" | "active" | "merged" | "archived" | "frozen" | "expired" | "forgotten";
        AddProgress: {
            added: number;
            duplicates: number;
            skipped: {
                index: number;
                reason: string;
            }[];
            written: components["schemas"]["Written"][];
            warnings: components["schemas"]["Warning"][];
            milliseconds: number;
            done: boolean;
        };
        HistoryResult: {
            id: components["schemas"]["CubeId"];
            versions: components["schemas"]["Version"][];
            intact: boolean;
        };
        Version: {
            version: number;
            content: {
                type: components["schemas"]["CubeType"];
                payload: components["schemas"]["Payload"];
                attributes: components["schemas"]["Attributes"];
                time: components["schemas"]["Time"];
                governance: components["schemas"]["Governance"];
                state: components["schemas"]["CubeState"];
            };
            actor: string;
            operation: components["schemas"]["Operation"];
            cause: string;
            recordedAt: string;
            hash: string;
            previousHash: string | null;
        };
        SearchResult: {
            hits: components["schemas"]["Hit"][];
            receipt: components["schemas"]["ReadReceipt"];
        };
        Hit: {
            cube: components["schemas"]["MemCube"];
            score: number;
            duplicates: components["schemas"]["CubeId"][];
            superseded?: components["schemas"]["Superseded"];
            explanation?: components["schemas"]["Explanation"];
        };
        Superseded: {
            by: components["schemas"]["CubeId"];
            subject: string;
            relation: string;
            value: string;
        };
        Explanation: {
            channels: {
                [key: string]: {
                    rank: number;
                    score: number;
                    contribution: number;
                };
            };
            evidence?: {
                [key: string]: number;
            };
            use?: number;
            terms: string[];
            /** @enum {string} */
            tier: "base" | "delta";
        };
        ReadReceipt: {
            /** @enum {string} */
            operation: "search" | "recall";
            channels: components["schemas"]["Channel"][];
            candidates: number;
            answerable: number;
            walk?: {
                nodes: number;
                edges: number;
            };
            llmCalls: number;
            llmTokens: number;
            milliseconds: number;
            warnings: components["schemas"]["Warning"][];
        };
        RecallResult: {
            text: string;
            tokens: number;
            items: components["schemas"]["RecallItem"][];
            receipt: components["schemas"]["ReadReceipt"];
        };
        RecallItem: {
            citation: number;
            id: components["schemas"]["CubeId"];
            score: number;
            tokens: number;
            truncated: boolean;
            superseded?: components["schemas"]["Superseded"];
            explanation?: components["schemas"]["Explanation"];
        };
        Census: {
            cubes: number;
            owners: {
                scope: components["schemas"]["Scope"];
                cubes: number;
                /** Format: date-time */
                first: string;
                /** Format: date-time */
                last: string;
            }[];
        };
        Stats: {
            scope: components["schemas"]["Scope"];
            cubes: number;
            byType: {
                [key: string]: number;
            };
            forgotten: number;
            versions: number;
            index: {
                base: number;
                pending: number;
                withoutVector: number;
                embedder: string;
                /** @enum {string} */
                state: "live" | "rebuilding" | "empty";
            };
            tenant?: components["schemas"]["QuotaResult"];
        };
        QuotaResult: {
            quota: components["schemas"]["Quota"];
            usage: components["schemas"]["Usage"];
        };
        /** @description What a tenant holds, counted in the transactions that change it. */
        Usage: {
            cubes: number;
            textBytes: number;
            apiKeys: number;
        };
        PortableCube: {
            cube: components["schemas"]["MemCube"];
            versions: components["schemas"]["Version"][];
        };
        GetManyResult: {
            cubes: components["schemas"]["MemCube"][];
            missing: components["schemas"]["CubeId"][];
        };
        BatchReceipt: {
            /** @enum {string} */
            operation: "update" | "forget";
            outcomes: components["schemas"]["BatchOutcome"][];
            done: number;
            failed: number;
            llmCalls: number;
            llmTokens: number;
            milliseconds: number;
            warnings: components["schemas"]["Warning"][];
        };
        BatchOutcome: {
            id: components["schemas"]["CubeId"];
            written?: components["schemas"]["Written"];
            replayed: boolean;
            error?: {
                code: string;
                message: string;
                remedy: string;
                path?: string;
            };
        };
        ChatEvent: {
            /** @constant */
            kind: "prompt";
            tokens: components["schemas"]["TokenUse"];
        } | {
            /** @constant */
            kind: "text";
            text: string;
        } | {
            /** @constant */
            kind: "call";
            call: components["schemas"]["ChatCall"];
        } | {
            /** @constant */
            kind: "toolCall";
            id: string;
            name: string;
            arguments: string;
        } | {
            /** @constant */
            kind: "end";
            receipt: components["schemas"]["ChatReceipt"];
        };
        TokenUse: {
            prompt: number;
            reused: number;
            restored: number;
            prefilled: number;
            generated: number;
        };
        ChatCall: {
            round: number;
            name: string;
            arguments: string;
            error?: string;
            milliseconds: number;
        };
        ChatReceipt: {
            /** @constant */
            operation: "chat";
            model: string;
            session?: string;
            answer: string;
            /** @enum {string} */
            reason: "stop" | "length" | "toolCalls";
            tokens: components["schemas"]["TokenUse"];
            block: {
                memories: number;
                /** @enum {string} */
                state: "live" | "file" | "compressed" | "none";
                miss?: string;
            };
            recalled: {
                citation: number;
                id: components["schemas"]["CubeId"];
                score: number;
                truncated: boolean;
                superseded?: components["schemas"]["Superseded"];
            }[];
            focus?: components["schemas"]["ChatFocus"];
            tools: {
                offered: number;
                rounds: number;
                calls: components["schemas"]["ChatCall"][];
            };
            adapters: {
                id: components["schemas"]["CubeId"];
                scale: number;
                memories: number;
                cited: components["schemas"]["CubeId"][];
            }[];
            dropped: number;
            remembered: components["schemas"]["CubeId"][];
            firstTokenMs: number;
            recallMs: number;
            restoreMs: number;
            milliseconds: number;
            warnings: components["schemas"]["Warning"][];
        };
        ChatFocus: {
            query: string;
            followUp: boolean;
            time?: {
                text: string;
                from: string;
                to: string;
            };
        };
        ActivationList: {
            activations: {
                cube: components["schemas"]["MemCube"];
                /** @enum {string} */
                tier: "file" | "compressed";
                codec: string;
                bytes: number;
                prefillMs: number;
            }[];
        };
        CompileReceipt: {
            /** @constant */
            operation: "compile";
            cube: components["schemas"]["MemCube"] | null;
            /** @enum {string} */
            reason: "compiled" | "warmed" | "present" | "empty" | "changed" | "busy";
            tokens: number;
            cached: number;
            bytes: number;
            prefillMs: number;
            saveMs: number;
            milliseconds: number;
        };
        DroppedActivations: {
            dropped: number;
        };
        PlacementPlan: {
            decisions: components["schemas"]["PlacementDecision"][];
        };
        PlacementDecision: {
            block: string;
            /** @enum {string} */
            action: "compile" | "train" | "demote";
            from: components["schemas"]["Tier"];
            to: components["schemas"]["Tier"];
            why: string[];
            gainMsPerDay: number;
            costMs: number;
            bytes: number;
            /** @enum {string} */
            state: "proposed" | "approved" | "dismissed" | "done" | "failed";
        };
        /** @enum {string} */
        Tier: "plaintext" | "activation" | "parametric";
        AdapterList: {
            adapters: components["schemas"]["AdapterSummary"][];
        };
        AdapterSummary: {
            id: components["schemas"]["CubeId"];
            scope: components["schemas"]["Scope"];
            state: components["schemas"]["AdapterState"];
            reason: string;
            base: string;
            memories: number;
            rank: number;
            alpha: number;
            gates: components["schemas"]["AdapterGate"][];
            job: components["schemas"]["CubeId"];
            attached: components["schemas"]["AdapterAttachment"][];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            changedAt: string;
            lastUsedAt: string | null;
            uses: number;
        };
        /** @enum {string} */
        AdapterState: "training" | "failed" | "refused" | "ready" | "stale" | "revoked";
        AdapterGate: {
            /** @enum {string} */
            gate: "recall" | "recognition" | "retention";
            before: number;
            after: number;
            limit: number;
            n: number;
            passed: boolean;
            why: string;
        };
        AdapterAttachment: {
            scope: components["schemas"]["Scope"];
            scale: number;
        };
        TrainReceipt: {
            /** @constant */
            operation: "train";
            adapter: components["schemas"]["CubeId"];
            job: components["schemas"]["CubeId"];
            memories: number;
            leftOut: {
                cube: components["schemas"]["CubeId"];
                /** @enum {string} */
                reason: "payload" | "vault" | "secret" | "state" | "superseded" | "empty";
            }[];
            milliseconds: number;
        };
        AdapterPlan: {
            memories: number;
            leftOut: {
                cube: components["schemas"]["CubeId"];
                /** @enum {string} */
                reason: "payload" | "vault" | "secret" | "state" | "superseded" | "empty";
            }[];
            groups: components["schemas"]["CubeId"][][];
            trainable: boolean;
            why: string[];
            decisions: components["schemas"]["PlacementDecision"][];
        };
        Adapter: {
            id: components["schemas"]["CubeId"];
            scope: components["schemas"]["Scope"];
            state: components["schemas"]["AdapterState"];
            reason: string;
            base: string;
            memories: number;
            rank: number;
            alpha: number;
            gates: components["schemas"]["AdapterGate"][];
            job: components["schemas"]["CubeId"];
            attached: components["schemas"]["AdapterAttachment"][];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            changedAt: string;
            lastUsedAt: string | null;
            uses: number;
            recipe: components["schemas"]["AdapterRecipeOutput"];
            cubes: {
                cube: components["schemas"]["CubeId"];
                version: number;
                sha256: string;
            }[];
            leftOut: {
                cube: components["schemas"]["CubeId"];
                /** @enum {string} */
                reason: "payload" | "vault" | "secret" | "state" | "superseded" | "empty";
            }[];
            curve: components["schemas"]["AdapterTrainingPoint"][];
            manifest: components["schemas"]["AdapterManifest"] | null;
            manifestSha256: string | null;
            files: {
                weights: {
                    sha256: string;
                    bytes: number;
                };
                config: {
                    sha256: string;
                    bytes: number;
                };
                gguf: {
                    sha256: string;
                    bytes: number;
                };
            } | null;
            cube: components["schemas"]["MemCube"] | null;
        };
        AdapterTrainingPoint: {
            step: number;
            loss: number;
            heldOutLoss?: number;
            seconds: number;
        };
        AdapterManifest: {
            /** @constant */
            version: 1;
            base: {
                sha256: string;
                name: string;
                architecture: string;
            };
            cubes: {
                cube: components["schemas"]["CubeId"];
                version: number;
                sha256: string;
            }[];
            leftOut: {
                cube: components["schemas"]["CubeId"];
                /** @enum {string} */
                reason: "payload" | "vault" | "secret" | "state" | "superseded" | "empty";
            }[];
            recipe: components["schemas"]["AdapterRecipeOutput"];
            trainingSet: {
                sha256: string;
                examples: number;
                tokens: number;
            };
            trainer: {
                name: string;
                release: string;
            };
            steps: number;
            seconds: number;
            curve: components["schemas"]["AdapterTrainingPoint"][];
            gates: components["schemas"]["AdapterGate"][];
        };
        AttachReceipt: {
            /** @enum {string} */
            operation: "attach" | "detach" | "revoke";
            adapter: components["schemas"]["CubeId"];
            changed: boolean;
            attached: components["schemas"]["AdapterAttachment"][];
            milliseconds: number;
            warnings: components["schemas"]["Warning"][];
        };
        NearestResult: {
            label: string | null;
            confidence: number;
            votes: {
                label: string;
                share: number;
            }[];
            examples: components["schemas"]["VotingExample"][];
            receipt: {
                /** @constant */
                operation: "nearest";
                examples: number;
                labels: number;
                llmCalls: number;
                llmTokens: number;
                milliseconds: number;
                warnings: components["schemas"]["Warning"][];
            };
        };
        VotingExample: {
            cube: components["schemas"]["CubeId"];
            span: [
                number,
                number
            ];
            text: string;
            label: string;
            similarity: number;
        };
        OrderResult: {
            first: ("a" | "b") | null;
            by: ("time" | "arrival" | "position") | null;
            confidence: number;
            a: components["schemas"]["TextPlace"] | null;
            b: components["schemas"]["TextPlace"] | null;
            receipt: {
                /** @constant */
                operation: "order";
                llmCalls: number;
                llmTokens: number;
                milliseconds: number;
                warnings: components["schemas"]["Warning"][];
            };
        };
        TextPlace: {
            cube: components["schemas"]["CubeId"];
            span: [
                number,
                number
            ];
            coverage: number;
            recordedAt: string;
            occurredAt?: string;
        };
        NeighboursResult: {
            id: components["schemas"]["CubeId"];
            neighbours: components["schemas"]["Neighbour"][];
        };
        Neighbour: {
            cube: components["schemas"]["MemCube"];
            weight: number;
            because: {
                /** @enum {string} */
                kind: "link" | "supports" | "contradicts" | "next" | "mentions" | "synonym" | "derived" | "about" | "similar";
                what: string;
                weight: number;
                by: string;
            }[];
        };
        GraphSample: {
            nodes: components["schemas"]["MemoryNode"][];
            edges: components["schemas"]["MemoryEdge"][];
            focus?: string;
            complete: boolean;
        };
        MemoryNode: {
            id: string;
            kind: components["schemas"]["NodeKind"];
            label: string;
            type?: string;
            recordedAt?: string;
            validFrom?: string;
            validTo?: string;
        };
        /** @enum {string} */
        NodeKind: "cube" | "entity" | "fact";
        MemoryEdge: {
            source: string;
            target: string;
            kind: components["schemas"]["EdgeKind"];
            weight: number;
            by: string;
            validFrom?: string;
            validTo?: string;
        };
        /** @enum {string} */
        EdgeKind: "link" | "supports" | "contradicts" | "next" | "mentions" | "synonym" | "derived" | "about";
        PathResult: {
            nodes: components["schemas"]["MemoryNode"][];
            steps: components["schemas"]["MemoryEdge"][][];
            cost: number | null;
        };
        EntityResult: {
            name: string;
            cubes: {
                id: components["schemas"]["CubeId"];
                /** @enum {string} */
                role: "title" | "name" | "part";
                label: string;
            }[];
            facts: {
                subject: string;
                relation: string;
                value: components["schemas"]["FactValue"];
            }[];
            related: {
                name: string;
                cubes: number;
            }[];
        };
        FactValue: {
            object: string;
            /** @enum {string} */
            status: "current" | "superseded" | "ended" | "future" | "contradicted";
            cube: components["schemas"]["CubeId"];
            span?: [
                number,
                number
            ];
            /** @enum {string} */
            by: "caller" | "rule" | "model";
            since: string;
            stated: boolean;
            until?: string;
            recordedAt: string;
            supersededBy?: components["schemas"]["CubeId"];
        };
        FactResult: {
            subject: string;
            relation: string;
            current: components["schemas"]["FactValue"][];
            history: components["schemas"]["FactValue"][];
            contradicted: boolean;
        };
        CurrentResult: {
            known: boolean;
            value: string | null;
            confidence: number;
            hops: components["schemas"]["FactHop"][];
            missing?: {
                subject: string;
                relation: string;
            };
        };
        FactHop: {
            subject: string;
            relation: string;
            value: components["schemas"]["FactValue"];
            others: components["schemas"]["FactValue"][];
            superseded: components["schemas"]["FactValue"][];
        };
        AnswerResult: {
            known: boolean;
            text: string | null;
            confidence: number;
            hops: components["schemas"]["FactHop"][];
        };
        GraphResult: {
            /** @enum {string} */
            format: "json" | "graphml";
            complete: boolean;
            nodes: number;
            edges: number;
            graph: {
                [key: string]: unknown;
            } | string;
        };
        Revealed: {
            id: components["schemas"]["CubeId"];
            caption: string;
            value: string;
        };
        FeedbackReceipt: {
            cube: components["schemas"]["MemCube"];
            milliseconds: number;
        };
        CitationReceipt: {
            noted: number;
        };
        RollbackReceipt: {
            operation: components["schemas"]["Operation"];
            written: components["schemas"]["Written"][];
            llmCalls: number;
            llmTokens: number;
            milliseconds: number;
            warnings: components["schemas"]["Warning"][];
            /** Format: date-time */
            to: string;
            skipped: {
                id: components["schemas"]["CubeId"];
                reason: string;
            }[];
        };
        DiffResult: {
            differences: components["schemas"]["Difference"][];
            cursor?: string;
        };
        Difference: {
            id: components["schemas"]["CubeId"];
            /** @enum {string} */
            change: "added" | "changed" | "removed" | "returned";
            before?: components["schemas"]["MemCube"];
            after: components["schemas"]["MemCube"];
        };
        Snapshots: {
            snapshots: components["schemas"]["Snapshot"][];
        };
        /** @description A name for a point in time; everything can be read as of it. */
        Snapshot: {
            name: string;
            /** Format: date-time */
            at: string;
        };
        DroppedSnapshot: {
            name: string;
        };
        ForgetPreview: {
            count: number;
            derived: number;
            held: {
                id: components["schemas"]["CubeId"];
                reason: string;
            }[];
            sample: {
                id: components["schemas"]["CubeId"];
                text: string;
            }[];
            more: boolean;
            token: string;
        };
        ForgetVerification: {
            clean: boolean;
            files: number;
            bytes: number;
            windows: number;
            found: {
                cube: components["schemas"]["CubeId"];
                file: string;
                offset: number;
            }[];
            remains: components["schemas"]["CubeId"][];
            saidElsewhere: number;
            tooShort: components["schemas"]["CubeId"][];
            pending: boolean;
            milliseconds: number;
        };
        JobList: {
            jobs: components["schemas"]["Job"][];
            cursor?: components["schemas"]["JobId"];
        };
        Job: {
            id: components["schemas"]["JobId"];
            scope: components["schemas"]["Scope"];
            kind: string;
            input: components["schemas"]["__schema1"];
            state: components["schemas"]["JobState"];
            priority: number;
            /** Format: date-time */
            runAt: string;
            attempts: number;
            maxAttempts: number;
            progress: number;
            result: components["schemas"]["__schema2"];
            failure: {
                code: string;
                message: string;
            } | null;
            /** Format: date-time */
            createdAt: string;
            finishedAt: string | null;
        };
        BarrierResult: {
            reached: boolean;
            open: number;
            dead: components["schemas"]["JobId"][];
            milliseconds: number;
        };
        /** @description Something that happened; ids and small numbers, never content. */
        Event: {
            sequence: number;
            kind: string;
            scope: components["schemas"]["Scope"];
            subject: string;
            detail: {
                [key: string]: string | number | boolean;
            };
            /** Format: date-time */
            at: string;
        };
        Webhooks: {
            webhooks: components["schemas"]["Webhook"][];
        };
        Webhook: {
            /** Format: uri */
            url: string;
            kinds: string[];
            id: components["schemas"]["JobId"];
            /** Format: date-time */
            createdAt: string;
        };
        CreatedWebhook: {
            /** Format: uri */
            url: string;
            kinds: string[];
            id: components["schemas"]["JobId"];
            /** Format: date-time */
            createdAt: string;
            secret: string;
        };
        RemovedWebhook: {
            id: components["schemas"]["JobId"];
        };
        ConsolidationPlan: {
            proposals: components["schemas"]["ConsolidationProposal"][];
            complete: boolean;
            milliseconds: number;
        };
        ConsolidationProposal: {
            /** @constant */
            kind: "merge";
            id: string;
            cubes: components["schemas"]["CubeId"][];
            why: string;
            makes: {
                type: components["schemas"]["CubeType"];
                text: string;
            };
        } | {
            /** @constant */
            kind: "summarise";
            id: string;
            cubes: components["schemas"]["CubeId"][];
            why: string;
            makes: {
                /** @constant */
                type: "semantic";
                /** @enum {string} */
                by: "rules" | "model";
                text?: string;
            };
        } | {
            /** @constant */
            kind: "distil";
            id: string;
            cubes: components["schemas"]["CubeId"][];
            why: string;
            makes?: {
                /** @enum {string} */
                type: "semantic" | "procedural";
                title?: string;
                text: string;
            };
            replaces: components["schemas"]["CubeId"][];
        } | {
            /** @constant */
            kind: "insight";
            id: string;
            cubes: components["schemas"]["CubeId"][];
            why: string;
            makes: {
                /** @constant */
                type: "semantic";
                /** @constant */
                by: "model";
            };
        } | {
            /** @constant */
            kind: "contradiction";
            id: string;
            cubes: components["schemas"]["CubeId"][];
            why: string;
            subject: string;
            relation: string;
            values: components["schemas"]["FactValue"][];
            makes: {
                from: components["schemas"]["CubeId"];
                to: components["schemas"]["CubeId"];
                why: string;
            };
        } | {
            /** @constant */
            kind: "close";
            id: string;
            cubes: components["schemas"]["CubeId"][];
            why: string;
            subject: string;
            relation: string;
            value: components["schemas"]["FactValue"];
            closedAt: string;
        };
        ConsolidationRun: {
            id: components["schemas"]["CubeId"];
            scope: components["schemas"]["Scope"];
            startedAt: string;
            made: {
                proposal: string;
                /** @enum {string} */
                kind: "merge" | "contradiction" | "summarise" | "distil" | "insight";
                cube: components["schemas"]["CubeId"];
            }[];
            merged: number;
            links: number;
            skipped: {
                proposal: string;
                /** @enum {string} */
                kind?: "merge" | "contradiction" | "summarise" | "distil" | "insight";
                reason: string;
            }[];
            llmCalls: number;
            llmTokens: number;
            milliseconds: number;
            stoppedBy: components["schemas"]["ConsolidationStop"];
            undoneAt?: string;
        };
        /**
         * @description Why a run ended; `interrupted` when its process did before.
         * @enum {string}
         */
        ConsolidationStop: "done" | "milliseconds" | "calls" | "busy" | "aborted" | "interrupted";
        ConsolidationRuns: {
            runs: components["schemas"]["ConsolidationRun"][];
        };
        UndoneConsolidation: {
            id: components["schemas"]["CubeId"];
            undone: {
                /** @enum {string} */
                kind: "merge" | "contradiction" | "summarise" | "distil" | "insight";
                cube: components["schemas"]["CubeId"];
                sources: components["schemas"]["CubeId"][];
            }[];
            left: {
                /** @enum {string} */
                kind: "merge" | "contradiction" | "summarise" | "distil" | "insight";
                cube: components["schemas"]["CubeId"];
                reason: string;
            }[];
            milliseconds: number;
        };
        TraceList: {
            traces: components["schemas"]["Trace"][];
            cursor?: string;
        };
        /** @description What was decided about new memories, and why. */
        Trace: {
            id: string;
            scope: components["schemas"]["Scope"];
            at: string;
            /** @enum {string} */
            by: "rules" | "model";
            model?: string;
            promptHash?: string;
            read: {
                cube: components["schemas"]["CubeId"];
                version: number;
                types: components["schemas"]["CubeType"][];
                reason?: string;
            }[];
            made: {
                /** @enum {string} */
                operation: "add" | "type" | "archive" | "forget";
                cube: components["schemas"]["CubeId"];
                version: number;
                type: components["schemas"]["CubeType"];
                from: components["schemas"]["CubeId"][];
            }[];
            refused: {
                what: string;
                reason: string;
                from: components["schemas"]["CubeId"][];
            }[];
            llmCalls: number;
            llmTokens: number;
            milliseconds: number;
        };
        Replay: {
            trace: components["schemas"]["Trace"];
            made: {
                type: components["schemas"]["CubeType"];
                text?: string;
                from: components["schemas"]["CubeId"][];
            }[];
            again: {
                type: components["schemas"]["CubeType"];
                text?: string;
                from: components["schemas"]["CubeId"][];
            }[];
            same: boolean;
            refused: {
                what: string;
                reason: string;
                from: components["schemas"]["CubeId"][];
            }[];
            gone: components["schemas"]["CubeId"][];
            /** @enum {string} */
            by: "rules" | "model";
            llmCalls: number;
            llmTokens: number;
        };
        TeamMembers: {
            members: components["schemas"]["TeamMember"][];
        };
        /** @description Who may do what in the shared space of a team. */
        TeamMember: {
            principal: components["schemas"]["PrincipalName"];
            actions: components["schemas"]["Action"][];
            grants: components["schemas"]["Grant"][];
        };
        /** @description A right that a principal has, until it expires or is revoked. */
        Grant: {
            id: components["schemas"]["CubeId"];
            principal: components["schemas"]["PrincipalName"];
            space: components["schemas"]["Scope"];
            actions: components["schemas"]["Action"][];
            types?: components["schemas"]["CubeType"][];
            /**
             * @default internal
             * @enum {string}
             */
            sensitivity: "public" | "internal" | "secret";
            /**
             * @default shared
             * @enum {string}
             */
            visibility: "shared" | "all";
            expiresAt?: string;
            /** @default  */
            reason: string;
            grantedBy: components["schemas"]["PrincipalName"];
            createdAt: string;
            revokedAt?: string;
        };
        LeftTeam: {
            revoked: components["schemas"]["CubeId"][];
        };
        HandOverReceipt: {
            id: string;
            from: string;
            to: string;
            space: components["schemas"]["Scope"];
            grant?: components["schemas"]["CubeId"];
            expiresAt?: string;
            handed: {
                cube: components["schemas"]["CubeId"];
                of: components["schemas"]["CubeId"];
            }[];
            left: {
                cube: components["schemas"]["CubeId"];
                reason: string;
            }[];
            replayed: boolean;
            /** @constant */
            llmCalls: 0;
            /** @constant */
            llmTokens: 0;
            milliseconds: number;
        };
        HandOvers: {
            handOvers: {
                id: string;
                from: string;
                to: string;
                space: components["schemas"]["Scope"];
                at: string;
                expiresAt: string;
                /** @enum {string} */
                state: "open" | "given back" | "ended" | "expired";
                memories: number;
            }[];
        };
        EndedHandOver: {
            id: string;
            revoked: string[];
            forgotten: number;
        };
        Conflicts: {
            conflicts: components["schemas"]["Conflict"][];
            complete: boolean;
        };
        /** @description A fact with one value at a time of which several who write state different ones. */
        Conflict: {
            id: string;
            subject: string;
            relation: string;
            values: {
                value: string;
                holds: boolean;
                /** @enum {string} */
                status: "current" | "superseded" | "ended" | "future" | "contradicted";
                by: string;
                origin: components["schemas"]["Origin"];
                since: string;
                recordedAt: string;
                cube: components["schemas"]["CubeId"];
                version: number;
                evidence: string;
            }[];
            settled?: components["schemas"]["CubeId"];
        };
        Skills: {
            skills: components["schemas"]["Skill"][];
        };
        Skill: {
            id: components["schemas"]["CubeId"];
            name: string;
            preconditions: string[];
            steps: string[];
            evidence: number;
            estimate: components["schemas"]["SkillEstimate"];
        };
        SkillEstimate: {
            worked: number;
            failed: number;
            outdated: number;
            /** @description Of the posterior Beta(1 + worked, 1 + failed). */
            mean: number;
            /** @description Below it the rate of success is with a probability of 5 %. */
            low: number;
            /** @description Above it the rate of success is with a probability of 5 %. */
            high: number;
        };
        PrincipalCreated: {
            principal: components["schemas"]["PrincipalName"];
            grant?: components["schemas"]["Grant"];
        };
        PrincipalsResult: {
            principals: {
                principal: components["schemas"]["PrincipalName"];
                createdAt: string;
            }[];
        };
        GrantsResult: {
            grants: components["schemas"]["Grant"][];
        };
        Revoked: {
            revoked: components["schemas"]["CubeId"][];
        };
        AuditListResult: {
            entries: components["schemas"]["AuditEntry"][];
        };
        AuditEntry: {
            sequence: number;
            at: string;
            tenant: string;
            principal: components["schemas"]["PrincipalName"];
            action: components["schemas"]["Action"];
            operation: string;
            /** @enum {string} */
            decision: "allowed" | "denied";
            reason: string;
            scope: components["schemas"]["Scope"];
            targets: string[];
            details: string | null;
            previousHash: string | null;
            hash: string;
        };
        AuditVerdict: {
            tenant: string;
            intact: boolean;
            entries: number;
            head: components["schemas"]["AuditHead"] | null;
            broken?: {
                sequence: number;
                fault: string;
            };
        };
        Health: {
            /** @constant */
            status: "ok";
        };
        Readiness: {
            ready: boolean;
            checks: {
                [key: string]: string;
            };
        };
        __schema1: unknown;
        __schema2: unknown;
        StatementOutput: {
            subject: string;
            relation: string;
            object: string;
            validFrom?: string;
            validTo?: string;
        };
        AdapterRecipeOutput: {
            /**
             * @default lora
             * @enum {string}
             */
            method: "lora" | "rslora" | "dora";
            /** @default 16 */
            rank: number;
            /** @default 32 */
            alpha: number;
            /**
             * @default [
             *       "q_proj",
             *       "k_proj",
             *       "v_proj",
             *       "o_proj",
             *       "gate_proj",
             *       "up_proj",
             *       "down_proj"
             *     ]
             */
            targets: ("q_proj" | "k_proj" | "v_proj" | "o_proj" | "gate_proj" | "up_proj" | "down_proj")[];
            /**
             * @default adamw
             * @enum {string}
             */
            optimizer: "adamw" | "galore";
            /** @default 0.002 */
            learningRate: number;
            /** @default 30 */
            epochs: number;
            /** @default 4096 */
            batchTokens: number;
            /** @default 0.02 */
            stopLoss: number;
            /** @default 1 */
            seed: number;
        };
        LifecyclePolicyOutput: {
            /** @default [] */
            retention: components["schemas"]["RetentionRule"][];
            /** @default false */
            archiveCold: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listMemories: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                limit?: number;
                /** @description The `cursor` of the page before. */
                cursor?: string;
                order?: "newest" | "oldest";
                /** @description Only memories in these states: `generated` are those that await a review. */
                states?: ("generated" | "active" | "merged" | "archived" | "frozen" | "expired")[];
                /** @description Only memories of these types. */
                types?: components["schemas"]["CubeType"][];
                /** @description What was known at that time. */
                asOf?: string;
                /** @description Archived memories too. */
                archived?: string;
                /** @description As if these memories, and everything derived from them, did not exist. */
                without?: components["schemas"]["CubeId"][];
                /** @description Only memories that this expression is true for. As JSON. */
                where?: components["schemas"]["Filter"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page; `cursor` is there when another one follows. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListResult"];
                };
            };
        };
    };
    addMemories: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    input: components["schemas"]["AddInput"];
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description What was written, and what was skipped and why. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    streamMemories: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One of these as JSON on every line. */
        requestBody: {
            content: {
                "application/x-ndjson": string | components["schemas"]["Message"] | components["schemas"]["NewMemory"];
            };
        };
        responses: {
            /** @description One progress object a line. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["AddProgress"];
                };
            };
        };
    };
    getMemory: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                /** @description The version that was current at that time. */
                asOf?: string;
            };
            header?: {
                /** @description The `ETag` that is known already: answered with 304 while it is current. */
                "if-none-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The memory. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemCube"];
                };
            };
        };
    };
    forgetMemory: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                /** @description Who asks for it; kept in the version. */
                actor?: string;
                /** @description Why; kept in the version. */
                cause?: string;
                /** @description The version that is to be forgotten; if another is current, nothing changes. */
                ifVersion?: number;
                /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                idempotencyKey?: string;
            };
            header?: {
                /** @description The same as `idempotencyKey` in the query. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was forgotten. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    updateMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    patch: components["schemas"]["UpdatePatch"];
                    /** @description The version that the change was made on top of; if another is current, nothing changes. */
                    ifVersion?: number;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    restoreMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description The version to go back to. */
                    version: number;
                    /** @description The version that is to be undone; if another is current, nothing changes. */
                    ifVersion?: number;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    memoryHistory: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The versions, first to last. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryResult"];
                };
            };
        };
    };
    searchMemories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    query: string;
                    /**
                     * @description How many at most.
                     * @default 10
                     */
                    k?: number;
                    /** @description Search in these ways only. */
                    channels?: components["schemas"]["Channel"][];
                    /**
                     * @description Say where each score comes from.
                     * @default false
                     */
                    explain?: boolean;
                    /** @description Only memories of these types. */
                    types?: components["schemas"]["CubeType"][];
                    /** @description Only memories that this expression is true for. */
                    where?: components["schemas"]["Filter"];
                    /** @description What was known at that time. */
                    asOf?: string;
                    /** @description Archived memories too. */
                    archived?: boolean;
                    /** @description As if these memories, and everything derived from them, did not exist. */
                    without?: components["schemas"]["CubeId"][];
                };
            };
        };
        responses: {
            /** @description Ranked memories and the receipt. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResult"];
                };
            };
        };
    };
    recallMemories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    query: string;
                    /**
                     * @description Tokens of the text, at most.
                     * @default 800
                     */
                    budget?: number;
                    /**
                     * @description How many memories are considered.
                     * @default 50
                     */
                    k?: number;
                    /** @description Search in these ways only. */
                    channels?: components["schemas"]["Channel"][];
                    /**
                     * @description Say where each score comes from.
                     * @default false
                     */
                    explain?: boolean;
                    /** @description Only memories of these types. */
                    types?: components["schemas"]["CubeType"][];
                    /** @description Only memories that this expression is true for. */
                    where?: components["schemas"]["Filter"];
                    /** @description What was known at that time. */
                    asOf?: string;
                    /** @description Archived memories too. */
                    archived?: boolean;
                    /** @description As if these memories, and everything derived from them, did not exist. */
                    without?: components["schemas"]["CubeId"][];
                };
            };
        };
        responses: {
            /** @description The compiled text, its citations and the receipt. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecallResult"];
                };
            };
        };
    };
    census: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                /** @description Only memories in these states. */
                states?: ("generated" | "active" | "merged" | "archived" | "frozen" | "expired")[];
                /** @description Only memories of these types. */
                types?: components["schemas"]["CubeType"][];
                /** @description What was known at that time. */
                asOf?: string;
                /** @description Archived memories too. */
                archived?: string;
                /** @description As if these memories, and everything derived from them, did not exist. */
                without?: components["schemas"]["CubeId"][];
                /** @description Only memories that this expression is true for. As JSON. */
                where?: components["schemas"]["Filter"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One count for each owner. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Census"];
                };
            };
        };
    };
    stats: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Counts and sizes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
        };
    };
    exportMemories: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One memory with its versions a line. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["PortableCube"];
                };
            };
        };
    };
    getMemories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    ids: components["schemas"]["CubeId"][];
                    /** @description The versions that were current at that time. */
                    asOf?: string;
                };
            };
        };
        responses: {
            /** @description Those that are here, in the order in which they were asked for, and the ids of the others. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetManyResult"];
                };
            };
        };
    };
    updateMemories: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    updates: components["schemas"]["BatchUpdate"][];
                    /** @description Who makes the changes; kept in the versions. */
                    actor?: string;
                    /** @description Why; kept in the versions. */
                    cause?: string;
                    /** @description Repeating the batch with the same key does again only what was not done. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description What became of each, in their order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchReceipt"];
                };
            };
        };
    };
    forgetSeveral: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    forgets: components["schemas"]["BatchForget"][];
                    /** @description Who makes the changes; kept in the versions. */
                    actor?: string;
                    /** @description Why; kept in the versions. */
                    cause?: string;
                    /** @description Repeating the batch with the same key does again only what was not done. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description What became of each, in their order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchReceipt"];
                };
            };
        };
    };
    chat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description What is said. */
                    message: string;
                    session?: string;
                    instructions?: string;
                    /** @default 800 */
                    budget?: number;
                    /** @default 512 */
                    maxTokens?: number;
                    /** @default 0 */
                    temperature?: number;
                    topP?: number;
                    seed?: number;
                    /** @default true */
                    remember?: boolean;
                    adapters?: "none" | components["schemas"]["CubeId"][];
                    /** @default false */
                    tools?: boolean;
                };
            };
        };
        responses: {
            /** @description One event each. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["ChatEvent"];
                };
            };
        };
    };
    listActivations: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each as a cube, with where its state is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivationList"];
                };
            };
        };
    };
    compileActivation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                };
            };
        };
        responses: {
            /** @description What was compiled, or why nothing was. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompileReceipt"];
                };
            };
        };
    };
    dropActivations: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many states are gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DroppedActivations"];
                };
            };
        };
    };
    planActivations: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Decisions; none when everything is where it should be. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlacementPlan"];
                };
            };
        };
    };
    listAdapters: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each with its state, its gates, and where it is attached. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdapterList"];
                };
            };
        };
    };
    trainAdapter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description These memories; without them and without a query, all that the scope recalls. */
                    cubes?: components["schemas"]["CubeId"][];
                    /** @description The memories that a search finds. */
                    query?: string;
                    /**
                     * @description Results of the query.
                     * @default 100
                     */
                    k?: number;
                    /** @default {} */
                    recipe?: components["schemas"]["AdapterRecipe"];
                    /** @default {} */
                    gates?: components["schemas"]["AdapterGateLimits"];
                    /** @default false */
                    paraphrase?: boolean;
                    /** @default 200 */
                    retention?: number;
                    /** @default false */
                    attach?: boolean;
                    /** @default 1 */
                    scale?: number;
                    /** @default 21600 */
                    seconds?: number;
                    /** @default 17179869184 */
                    bytes?: number;
                };
            };
        };
        responses: {
            /** @description The adapter and its job: `/v1/jobs/{id}` says how far it is. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainReceipt"];
                };
            };
        };
    };
    planAdapters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description These memories; without them and without a query, all that the scope recalls. */
                    cubes?: components["schemas"]["CubeId"][];
                    /** @description The memories that a search finds. */
                    query?: string;
                    /**
                     * @description Results of the query.
                     * @default 100
                     */
                    k?: number;
                };
            };
        };
        responses: {
            /** @description One group of memories for each adapter. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdapterPlan"];
                };
            };
        };
    };
    getAdapter: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The adapter. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Adapter"];
                };
            };
        };
    };
    retrainAdapter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @default false */
                    attach?: boolean;
                    /** @default 1 */
                    scale?: number;
                };
            };
        };
        responses: {
            /** @description The new adapter and its job. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrainReceipt"];
                };
            };
        };
    };
    attachAdapter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /**
                     * @description How much it counts.
                     * @default 1
                     */
                    scale?: number;
                };
            };
        };
        responses: {
            /** @description Where it is attached now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachReceipt"];
                };
            };
        };
    };
    detachAdapter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                };
            };
        };
        responses: {
            /** @description Where it is still attached. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachReceipt"];
                };
            };
        };
    };
    revokeAdapter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                };
            };
        };
        responses: {
            /** @description It is attached nowhere. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachReceipt"];
                };
            };
        };
    };
    nearestLabel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description The text that is to be labelled. */
                    text: string;
                    /**
                     * @description How many neighbours vote, and are named.
                     * @default 10
                     */
                    k?: number;
                    /** @description Only memories of these types. */
                    types?: components["schemas"]["CubeType"][];
                    /** @description Only memories that this expression is true for. */
                    where?: components["schemas"]["Filter"];
                    /** @description What was known at that time. */
                    asOf?: string;
                };
            };
        };
        responses: {
            /** @description The label with its share of the vote, and the examples that decided; null without examples. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NearestResult"];
                };
            };
        };
    };
    orderOfTexts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description One of the two. */
                    a: string;
                    /** @description The other. */
                    b: string;
                    /** @description Only memories of these types. */
                    types?: components["schemas"]["CubeType"][];
                    /** @description Only memories that this expression is true for. */
                    where?: components["schemas"]["Filter"];
                    /** @description What was known at that time. */
                    asOf?: string;
                };
            };
        };
        responses: {
            /** @description Which came first, and both places; null for what memory does not have. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderResult"];
                };
            };
        };
    };
    getNeighbours: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The neighbours and why they are, strongest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NeighboursResult"];
                };
            };
        };
    };
    sampleGraph: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                /** @description The memory that it lies around. */
                cube?: components["schemas"]["CubeId"];
                /** @description The name that it lies around. */
                entity?: string;
                /** @description Nodes at most. */
                limit?: number;
                /** @description What was known at that time. */
                asOf?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The nodes, the edges between them, and the focus. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphSample"];
                };
            };
        };
    };
    getPath: {
        parameters: {
            query: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                from: components["schemas"]["CubeId"];
                to: components["schemas"]["CubeId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The nodes from the first to the last, and the edges between them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PathResult"];
                };
            };
        };
    };
    getEntity: {
        parameters: {
            query: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                name: string;
                /** @description What was known at that time. */
                asOf?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything about the entity; empty lists when nothing names it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntityResult"];
                };
            };
        };
    };
    getFact: {
        parameters: {
            query: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                subject: string;
                relation: string;
                /** @description What was known at that time. */
                asOf?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The current value and the history; empty when nothing is known. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FactResult"];
                };
            };
        };
    };
    currentFact: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    subject: string;
                    relations: string[];
                    /** @description What was known at that time. */
                    asOf?: string;
                };
            };
        };
        responses: {
            /** @description The value and the facts that lead to it, or which relation is not known. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CurrentResult"];
                };
            };
        };
    };
    answerFromFacts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    question: string;
                    /** @description What was known at that time. */
                    asOf?: string;
                };
            };
        };
        responses: {
            /** @description The answer, how sure it is, and the facts that lead to it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnswerResult"];
                };
            };
        };
    };
    exportGraph: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                format?: "json" | "graphml";
                /** @description Memories at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The graph in the format asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphResult"];
                };
            };
        };
    };
    freezeMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description The version that the change was made on top of; if another is current, nothing changes. */
                    ifVersion?: number;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    thawMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description The version that the change was made on top of; if another is current, nothing changes. */
                    ifVersion?: number;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    archiveMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description The version that the change was made on top of; if another is current, nothing changes. */
                    ifVersion?: number;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    activateMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description The version that the change was made on top of; if another is current, nothing changes. */
                    ifVersion?: number;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    approveMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description The version that the change was made on top of; if another is current, nothing changes. */
                    ifVersion?: number;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    unmergeMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description The version that the change was made on top of; if another is current, nothing changes. */
                    ifVersion?: number;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    revealMemory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description Why; kept in the audit. */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The caption and the value. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revealed"];
                };
            };
        };
    };
    undoMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description The version that the change was made on top of; if another is current, nothing changes. */
                    ifVersion?: number;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    governMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    governance: components["schemas"]["GovernancePatch"];
                    /** @description The version that the change was made on top of; if another is current, nothing changes. */
                    ifVersion?: number;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The new version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    mergeMemories: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    ids: components["schemas"]["CubeId"][];
                    /** @description What the merged memory says; without it, what they say, repetitions left out. */
                    text?: string;
                    title?: string;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The merged memory. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    judgeMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    verdict: components["schemas"]["Verdict"];
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The memory with its counts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedbackReceipt"];
                };
            };
        };
    };
    citeMemories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    ids: components["schemas"]["CubeId"][];
                };
            };
        };
        responses: {
            /** @description How many citations were noted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CitationReceipt"];
                };
            };
        };
    };
    getLifecyclePolicy: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The policy. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LifecyclePolicyOutput"];
                };
            };
        };
    };
    setLifecyclePolicy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    policy: components["schemas"]["LifecyclePolicy"];
                };
            };
        };
        responses: {
            /** @description The policy as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LifecyclePolicyOutput"];
                };
            };
        };
    };
    rollbackMemory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
                /** @description The `ETag` that the change stands on, or `*`; else nothing changes (412). */
                "if-match"?: string;
            };
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    to: {
                        snapshot: string;
                    } | (string);
                    /** @description The version that the change was made on top of; if another is current, nothing changes. */
                    ifVersion?: number;
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                    /** @description Repeating a request with the same key answers with the first receipt and writes nothing. */
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description The new version; none when nothing was different. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    rollbackScope: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    to: {
                        snapshot: string;
                    } | (string);
                    /** @description Who makes the change; kept in the version. */
                    actor?: string;
                    /** @description Why; kept in the version. */
                    cause?: string;
                };
            };
        };
        responses: {
            /** @description What was written, and what was left as it is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RollbackReceipt"];
                };
            };
        };
    };
    diff: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    from: {
                        snapshot: string;
                    } | (string);
                    to: {
                        snapshot: string;
                    } | (string);
                    /** @default 100 */
                    limit?: number;
                    /** @description From the page before. */
                    cursor?: string;
                };
            };
        };
        responses: {
            /** @description The differences. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiffResult"];
                };
            };
        };
    };
    listSnapshots: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The names and their times. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshots"];
                };
            };
        };
    };
    makeSnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    name: string;
                    at?: string;
                };
            };
        };
        responses: {
            /** @description The name and its time. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
        };
    };
    dropSnapshot: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The name that is gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DroppedSnapshot"];
                };
            };
        };
    };
    previewForget: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    selector: components["schemas"]["ForgetSelector"];
                };
            };
        };
        responses: {
            /** @description How many there are, the first of them, and the token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForgetPreview"];
                };
            };
        };
    };
    forgetMemories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    selector: components["schemas"]["ForgetSelector"];
                    /** @default tombstone */
                    mode?: components["schemas"]["ForgetMode"];
                    /** @description From a preview. */
                    token?: string;
                    actor?: string;
                    /** @description Why; kept with a tombstone. */
                    cause?: string;
                };
            };
        };
        responses: {
            /** @description The receipt. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForgetReceipt"];
                };
            };
        };
    };
    verifyForget: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    receipt: components["schemas"]["ForgetReceipt"];
                };
            };
        };
        responses: {
            /** @description What was looked at and what was found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForgetVerification"];
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                /** @description Only jobs in these states. */
                states?: components["schemas"]["JobState"][];
                kind?: string;
                limit?: number;
                /** @description The `cursor` of the page before. */
                cursor?: components["schemas"]["JobId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
        };
    };
    enqueueJob: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    kind: string;
                    input: components["schemas"]["__schema0"];
                    /** @default [] */
                    cubes?: components["schemas"]["CubeId"][];
                    /** @default 0 */
                    priority?: number;
                    /** @default 5 */
                    attempts?: number;
                    /** @description A second job with the same key is not made. */
                    once?: string;
                };
            };
        };
        responses: {
            /** @description The job. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                };
            };
        };
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    replayJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                };
            };
        };
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    barrier: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /**
                     * @description Milliseconds to wait at most.
                     * @default 30000
                     */
                    timeoutMs?: number;
                };
            };
        };
        responses: {
            /** @description Whether all of it has ended, and which jobs have failed for good. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BarrierResult"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                /** @description Only what came after this event. */
                after?: number;
                /** @description Only these kinds; `memory.*` are all that begin so. */
                kinds?: string[];
                /** @description `false` ends when all that has happened is told. */
                follow?: string;
            };
            header?: {
                /** @description The same as `after` in the query. */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One event each; its id is its sequence number. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Event"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhooks, without their secrets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhooks"];
                };
            };
        };
    };
    addWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** Format: uri */
                    url: string;
                    kinds: string[];
                };
            };
        };
        responses: {
            /** @description The webhook with its secret. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedWebhook"];
                };
            };
        };
    };
    removeWebhook: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook that is gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RemovedWebhook"];
                };
            };
        };
    };
    planConsolidation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @default 100 */
                    limit?: number;
                    /** @default 10000 */
                    milliseconds?: number;
                    kinds?: components["schemas"]["ConsolidationKind"][];
                };
            };
        };
        responses: {
            /** @description What a run would do and why. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsolidationPlan"];
                };
            };
        };
    };
    runConsolidation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @default {} */
                    budget?: components["schemas"]["ConsolidationBudget"];
                    kinds?: ("merge" | "contradiction" | "summarise" | "distil" | "insight")[];
                    proposals?: string[];
                };
            };
        };
        responses: {
            /** @description What was made, what was skipped and why, what it cost, why it ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsolidationRun"];
                };
            };
        };
    };
    listConsolidations: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The runs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsolidationRuns"];
                };
            };
        };
    };
    undoConsolidation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                };
            };
        };
        responses: {
            /** @description What was undone and what was left. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UndoneConsolidation"];
                };
            };
        };
    };
    listTraces: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                /** @description Only those that read or made this memory. */
                cube?: components["schemas"]["CubeId"];
                /** @description How many at most. */
                limit?: number;
                /** @description From the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of traces. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TraceList"];
                };
            };
        };
    };
    getTrace: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The trace. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trace"];
                };
            };
        };
    };
    replayTrace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                };
            };
        };
        responses: {
            /** @description What was made once, and what would be made now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
        };
    };
    listTeamMembers: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The members. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamMembers"];
                };
            };
        };
    };
    joinTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                agent: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /**
                     * @default read
                     * @enum {string}
                     */
                    may?: "read" | "write";
                    expiresAt?: string;
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description What it may do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamMember"];
                };
            };
        };
    };
    leaveTeam: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path: {
                team: string;
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The grants that have ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeftTeam"];
                };
            };
        };
    };
    listHandOvers: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hand-overs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandOvers"];
                };
            };
        };
    };
    handOver: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    to: string;
                    session?: string;
                    /** @default [] */
                    cubes?: components["schemas"]["CubeId"][];
                    /** @default true */
                    linked?: boolean;
                    expiresAt?: string;
                    /** @default  */
                    reason?: string;
                    idempotencyKey?: string;
                };
            };
        };
        responses: {
            /** @description What was handed over, what was not and why. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandOverReceipt"];
                };
            };
        };
    };
    endHandOver: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What has ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndedHandOver"];
                };
            };
        };
    };
    listConflicts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @default false */
                    settled?: boolean;
                };
            };
        };
        responses: {
            /** @description The conflicts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conflicts"];
                };
            };
        };
    };
    resolveConflict: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    choice: components["schemas"]["CubeId"];
                    reason: string;
                    ifVersion?: number;
                };
            };
        };
        responses: {
            /** @description The version that says so. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteReceipt"];
                };
            };
        };
    };
    listSkills: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The skills. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Skills"];
                };
            };
        };
    };
    noteSkillOutcome: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    outcome: components["schemas"]["SkillOutcome"];
                };
            };
        };
        responses: {
            /** @description The skill with its new estimate. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Skill"];
                };
            };
        };
    };
    listPrincipals: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The principals. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrincipalsResult"];
                };
            };
        };
    };
    createPrincipal: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    principal: components["schemas"]["PrincipalName"];
                };
            };
        };
        responses: {
            /** @description The principal, and the grant on its own memory. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PrincipalCreated"];
                };
            };
        };
    };
    listGrants: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The grants, the oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantsResult"];
                };
            };
        };
    };
    createGrant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    principal: components["schemas"]["PrincipalName"];
                    actions: components["schemas"]["Action"][];
                    types?: components["schemas"]["CubeType"][];
                    /**
                     * @default internal
                     * @enum {string}
                     */
                    sensitivity?: "public" | "internal" | "secret";
                    /**
                     * @default shared
                     * @enum {string}
                     */
                    visibility?: "shared" | "all";
                    /** Format: date-time */
                    expiresAt?: string;
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The grant. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
        };
    };
    revokeGrant: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["CubeId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ids of the grants that have ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revoked"];
                };
            };
        };
    };
    getQuota: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Limits and counts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuotaResult"];
                };
            };
        };
    };
    setQuota: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    quota: components["schemas"]["Quota"];
                };
            };
        };
        responses: {
            /** @description Limits and counts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuotaResult"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                tenant?: string;
                user?: string;
                agent?: string;
                app?: string;
                session?: string;
                /** @description Entries after this one. */
                after?: number;
                /** @description Entries at most. */
                limit?: number;
                /** @description Only entries of this operation. */
                operation?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditListResult"];
                };
            };
        };
    };
    verifyAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default {} */
                    scope?: components["schemas"]["RequestScope"];
                    /** @description A head that was noted earlier. */
                    expectHead?: components["schemas"]["AuditHead"];
                };
            };
        };
        responses: {
            /** @description The verdict. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerdict"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Yes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Yes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
}
