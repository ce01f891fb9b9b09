using System.Globalization;
using Orch.Storage;
using Orch.Store.Memory;
using Orch.Store.Memory.CrashWriter;

// Opens the store in a directory and writes until it is killed. Prints "ready", then "+ round writer number revision" after each
// acknowledged write and "- round" once the keys of that round and older ones are acknowledged as deleted.
var round = int.Parse(args[1], CultureInfo.InvariantCulture);
var store = new MemoryStore(CrashKeys.Options(args[0]));
await store.OpenAsync(CancellationToken.None);

var output = new object();
Print("ready");
await Task.WhenAll(Enumerable.Range(0, CrashKeys.Writers).Select(writer => Task.Run(() => WriteAsync(writer))).Append(Task.Run(DeleteOldAsync)));

async Task WriteAsync(int writer)
{
    for (var number = 0; ; number++)
    {
        var value = CrashKeys.Value(round, writer, number);
        var result = await store.CommitAsync(
            new CommitRequest([], [StoreWrite.Put(CrashKeys.Unique(round, writer, number), value), StoreWrite.Put(CrashKeys.Slot(writer, number), value)]),
            CancellationToken.None);
        Print(string.Create(CultureInfo.InvariantCulture, $"+ {round} {writer} {number} {result.Revision.Value}"));
    }
}

async Task DeleteOldAsync()
{
    var end = string.Create(CultureInfo.InvariantCulture, $"/unique/{Math.Max(round - 2, 0):d6}/");
    var keys = (await store.RangeAsync(new RangeRequest("/unique/", end) { KeysOnly = true }, CancellationToken.None)).Entries;
    foreach (var chunk in keys.Chunk(100))
    {
        await store.CommitAsync(new CommitRequest([], [.. chunk.Select(entry => StoreWrite.Delete(entry.Key))]), CancellationToken.None);
    }

    Print(string.Create(CultureInfo.InvariantCulture, $"- {round - 3}"));
}

void Print(string line)
{
    lock (output)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
