using Orch.Storage;

namespace Orch.Contracts.Storage;

public abstract partial class StoreContract
{
    [SkippableFact]
    public async Task Commit_NewKey_CarriesItsRevision()
    {
        var before = await Store.CurrentRevisionAsync(Token);
        var result = await Store.CommitAsync(CommitRequest.Create("/a", Bytes("1")), Token);

        Assert.True(result.Succeeded);
        Assert.Empty(result.Conflicts);
        Assert.Equal(before.Value + 1, result.Revision.Value);
        var entry = await GetAsync("/a");
        Assert.NotNull(entry);
        Assert.Equal(("/a", "1", result.Revision, result.Revision, 1L), (entry.Key, Text(entry), entry.Created, entry.Modified, entry.Version));
        Assert.Equal(result.Revision, await Store.CurrentRevisionAsync(Token));
    }

    [SkippableFact]
    public async Task Commit_ChangedKey_KeepsCreationAndCountsVersions()
    {
        var created = await PutAsync("/a", "1");
        var changed = await PutAsync("/a", "2");

        var entry = (await GetAsync("/a"))!;
        Assert.Equal(("2", created, changed, 2L), (Text(entry), entry.Created, entry.Modified, entry.Version));
    }

    [SkippableFact]
    public async Task Commit_DeletedAndMadeAgain_StartsOver()
    {
        await PutAsync("/a", "1");
        await DeleteAsync("/a");
        Assert.Null(await GetAsync("/a"));

        var again = await PutAsync("/a", "2");
        var entry = (await GetAsync("/a"))!;
        Assert.Equal((again, again, 1L), (entry.Created, entry.Modified, entry.Version));
    }

    [SkippableFact]
    public async Task Commit_SeveralKeys_ShareOneRevision()
    {
        await PutAsync("/old", "x");
        var result = await Store.CommitAsync(
            new CommitRequest([], [StoreWrite.Put("/b", Bytes("1")), StoreWrite.Delete("/old"), StoreWrite.Put("/a", Bytes("2"))]), Token);

        Assert.Equal(result.Revision, (await GetAsync("/a"))!.Modified);
        Assert.Equal(result.Revision, (await GetAsync("/b"))!.Modified);
        Assert.Null(await GetAsync("/old"));
    }

    [SkippableFact]
    public async Task Commit_CreateOfExistingKey_ConflictsWithWhatIsThere()
    {
        var revision = await PutAsync("/a", "1");
        var result = await Store.CommitAsync(CommitRequest.Create("/a", Bytes("2")), Token);

        Assert.False(result.Succeeded);
        Assert.Equal(revision, result.Revision);
        var conflict = Assert.Single(result.Conflicts);
        Assert.Equal(("/a", "1", revision), (conflict.Key, Text(conflict.Entry), conflict.Entry!.Modified));
        Assert.Equal("1", Text(await GetAsync("/a")));
        Assert.Equal(revision, await Store.CurrentRevisionAsync(Token));
    }

    [SkippableFact]
    public async Task Commit_StaleUpdateOrDelete_Conflicts()
    {
        var stale = await PutAsync("/a", "1");
        await PutAsync("/a", "2");

        Assert.False((await Store.CommitAsync(CommitRequest.Put("/a", Bytes("3"), stale), Token)).Succeeded);
        Assert.False((await Store.CommitAsync(CommitRequest.Delete("/a", stale), Token)).Succeeded);
        Assert.Equal("2", Text(await GetAsync("/a")));
    }

    [SkippableFact]
    public async Task Commit_UpdateOfAbsentKey_ConflictsWithNothingThere()
    {
        var revision = await PutAsync("/a", "1");
        await DeleteAsync("/a");

        var result = await Store.CommitAsync(CommitRequest.Put("/a", Bytes("2"), revision), Token);
        Assert.False(result.Succeeded);
        Assert.Null(Assert.Single(result.Conflicts).Entry);
        Assert.Null(await GetAsync("/a"));
    }

    [SkippableFact]
    public async Task Commit_MatchingPreconditions_Updates()
    {
        var revision = await PutAsync("/a", "1");
        Assert.True((await Store.CommitAsync(CommitRequest.Put("/a", Bytes("2"), revision), Token)).Succeeded);
        var current = (await GetAsync("/a"))!.Modified;
        Assert.True((await Store.CommitAsync(CommitRequest.Delete("/a", current), Token)).Succeeded);
        Assert.Null(await GetAsync("/a"));
    }

    [SkippableFact]
    public async Task Commit_OneOfSeveralPreconditionsFails_WritesNothingAndNamesOnlyThatOne()
    {
        var a = await PutAsync("/a", "1");
        var b = await PutAsync("/b", "1");
        await PutAsync("/b", "2");

        var result = await Store.CommitAsync(
            new CommitRequest(
                [new Precondition("/a", a), new Precondition("/b", b), new Precondition("/c", Revision.None)],
                [StoreWrite.Put("/a", Bytes("9")), StoreWrite.Put("/c", Bytes("9"))]),
            Token);

        Assert.False(result.Succeeded);
        Assert.Equal(("/b", "2"), (Assert.Single(result.Conflicts).Key, Text(result.Conflicts[0].Entry)));
        Assert.Equal("1", Text(await GetAsync("/a")));
        Assert.Null(await GetAsync("/c"));
    }

    [SkippableFact]
    public async Task Commit_OnlyDeletesOfAbsentKeys_ChangesNothing()
    {
        var before = await PutAsync("/a", "1");
        var result = await Store.CommitAsync(new CommitRequest([], [StoreWrite.Delete("/x"), StoreWrite.Delete("/y")]), Token);

        Assert.True(result.Succeeded);
        Assert.Equal(before, result.Revision);
        Assert.Equal(before, await Store.CurrentRevisionAsync(Token));
    }

    [SkippableFact]
    public async Task Commit_SameValueAgain_IsAChange()
    {
        var first = await PutAsync("/a", "1");
        var second = await PutAsync("/a", "1");
        Assert.Equal(first.Value + 1, second.Value);
    }

    [SkippableFact]
    public async Task Commit_EmptyValue_IsAnEntry()
    {
        await PutAsync("/a", string.Empty);
        var entry = await GetAsync("/a");
        Assert.NotNull(entry);
        Assert.Equal(0, entry.Value.Length);
    }

    public static TheoryData<string, CommitRequest> MalformedCommits => new()
    {
        { "no write", new CommitRequest([], []) },
        { "a key twice", new CommitRequest([], [StoreWrite.Put("/a", default), StoreWrite.Delete("/a")]) },
        { "an empty key", new CommitRequest([], [StoreWrite.Put(string.Empty, default)]) },
        { "a relative key", new CommitRequest([], [StoreWrite.Put("a", default)]) },
        { "a trailing slash", new CommitRequest([], [StoreWrite.Put("/a/", default)]) },
        { "a key beyond ASCII", new CommitRequest([], [StoreWrite.Put("/\u00e4", default)]) },
        { "a malformed precondition", new CommitRequest([new Precondition(string.Empty, default)], [StoreWrite.Put("/a", default)]) },
        { "a key twice among many", new CommitRequest([], [.. Enumerable.Range(0, 20).Select(i => StoreWrite.Put($"/k{i % 19}", default))]) },
    };

    [SkippableTheory]
    [MemberData(nameof(MalformedCommits))]
    public async Task Commit_Malformed_IsRefused(string what, CommitRequest request)
    {
        var failure = await FailsAsync(StoreErrorCode.InvalidArgument, async () => await Store.CommitAsync(request, Token));
        Assert.True(failure.Message.Length > 20, what);
    }

    [SkippableFact]
    public async Task Commit_OverTheLimits_IsTooLargeAndWritesNothing()
    {
        var before = await Store.CurrentRevisionAsync(Token);
        await FailsAsync(
            StoreErrorCode.TooLarge,
            async () => await Store.CommitAsync(CommitRequest.Create("/a", new byte[StoreLimits.MaxCommitBytes + 1]), Token));
        await FailsAsync(
            StoreErrorCode.TooLarge,
            async () => await Store.CommitAsync(new CommitRequest([], [.. Enumerable.Range(0, 129).Select(i => StoreWrite.Put($"/k{i}", default))]), Token));
        Assert.Equal(before, await Store.CurrentRevisionAsync(Token));
    }

    [SkippableFact]
    public async Task Commit_AtTheLimits_IsTaken()
    {
        var large = new byte[StoreLimits.MaxCommitBytes - 2];
        new Random(1).NextBytes(large);
        Assert.True((await Store.CommitAsync(CommitRequest.Create("/a", large), Token)).Succeeded);
        Assert.True((await GetAsync("/a"))!.Value.Span.SequenceEqual(large));

        var many = Enumerable.Range(0, StoreLimits.MaxOperations).Select(i => $"/many/{i}").ToArray();
        var result = await Store.CommitAsync(
            new CommitRequest([.. many.Select(key => new Precondition(key, Revision.None))], [.. many.Select(key => StoreWrite.Put(key, Bytes(key)))]), Token);
        Assert.True(result.Succeeded);
        Assert.Equal(many.Length, (await KeysAsync("/many/")).Length);
    }

    [SkippableFact]
    public async Task Commit_ConcurrentIncrements_LoseNone()
    {
        const int Writers = 8, Rounds = 15;
        await PutAsync("/counter", "0");
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < Rounds;)
            {
                var entry = (await GetAsync("/counter"))!;
                var next = int.Parse(Text(entry), System.Globalization.CultureInfo.InvariantCulture) + 1;
                var result = await Store.CommitAsync(
                    CommitRequest.Put("/counter", Bytes(next.ToString(System.Globalization.CultureInfo.InvariantCulture)), entry.Modified), Token);
                done += result.Succeeded ? 1 : 0;
            }
        })));

        var final = (await GetAsync("/counter"))!;
        Assert.Equal($"{Writers * Rounds}", Text(final));
        Assert.Equal((Writers * Rounds) + 1, final.Version);
    }

    [SkippableFact]
    public async Task Commit_ConcurrentWriters_TakeDistinctConsecutiveRevisions()
    {
        var before = await Store.CurrentRevisionAsync(Token);
        var revisions = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => PutAsync($"/w/{i}", "x"))));
        Assert.Equal(Enumerable.Range(1, 64).Select(i => before.Value + i), revisions.Select(revision => revision.Value).Order());
    }

    [SkippableFact]
    public async Task Commit_CancelledBefore_DoesNothing()
    {
        var before = await Store.CurrentRevisionAsync(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.CommitAsync(CommitRequest.Create("/a", Bytes("1")), new CancellationToken(true)));
        Assert.Equal(before, await Store.CurrentRevisionAsync(Token));
    }
}
