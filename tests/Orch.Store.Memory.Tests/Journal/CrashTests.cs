using System.Diagnostics;
using System.Globalization;
using Orch.Storage;
using Orch.Store.Memory.CrashWriter;
using Xunit.Abstractions;

namespace Orch.Store.Memory.Tests.Journal;

/// <summary>Kills a real process under load, again and again on the same directory.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int DefaultRounds = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task KilledUnderLoad_EveryAcknowledgedWriteIsThere()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("ORCH_CRASH_ROUNDS"), CultureInfo.InvariantCulture, out var given) ? given : DefaultRounds;
        using var directory = new TemporaryDirectory();
        var random = new Random(4711);
        var acknowledged = new List<Write>();
        var total = 0;
        long newest = 0;
        var deleted = -1;
        for (var round = 0; round < rounds; round++)
        {
            var run = await RunAndKillAsync(directory.Path, round, random);
            acknowledged.AddRange(run.Writes);
            total += run.Writes.Count;
            deleted = Math.Max(deleted, run.DeletedRound);
            newest = acknowledged.Select(write => write.Revision).Append(newest).Max();

            // In the rounds between, the next writer is the one that finds what the crash left.
            if (round % 2 == 1 || round == rounds - 1)
            {
                await VerifyAsync(directory.Path, round, acknowledged, newest, deleted);
                acknowledged.RemoveAll(write => write.Round <= round - 3);
            }
        }

        output.WriteLine($"{rounds} kills, {total} acknowledged writes, revision {newest}");
        Assert.True(total > rounds, "The writers hardly got to write.");
    }

    private static async Task VerifyAsync(string directory, int latest, List<Write> acknowledged, long newest, int deleted)
    {
        await using var store = new MemoryStore(CrashKeys.Options(directory));
        var current = await store.CurrentRevisionAsync(default);
        Assert.True(current.Value >= newest, $"Revision {newest} was acknowledged, and the store came back at {current}.");
        var everything = (await store.RangeAsync(RangeRequest.Prefix("/"), default)).Entries.ToDictionary(entry => entry.Key);
        foreach (var write in acknowledged)
        {
            var key = CrashKeys.Unique(write.Round, write.Writer, write.Number);
            if (write.Round <= deleted)
            {
                Assert.False(everything.ContainsKey(key), $"{key} came back after its deletion was acknowledged.");
                continue;
            }

            if (!everything.TryGetValue(key, out var entry))
            {
                // Its round may be under deletion without the acknowledgement having come.
                Assert.True(write.Round <= latest - 3, $"{key} was acknowledged at {write.Revision} and is gone.");
                continue;
            }

            Assert.Equal((write.Revision, write.Revision, 1L), (entry.Modified.Value, entry.Created.Value, entry.Version));
            Assert.True(entry.Value.Span.SequenceEqual(CrashKeys.Value(write.Round, write.Writer, write.Number)), $"{key} has another value.");
        }

        // The slot of the last acknowledged write of each writer holds that write or a later one, whole.
        foreach (var last in acknowledged.GroupBy(write => CrashKeys.Slot(write.Writer, write.Number)).Select(group => group.MaxBy(write => write.Revision)!))
        {
            var slot = everything[CrashKeys.Slot(last.Writer, last.Number)];
            Assert.True(slot.Modified.Value >= last.Revision, $"{slot.Key} fell back to revision {slot.Modified} from {last.Revision}.");
            var origin = System.Text.Encoding.ASCII.GetString(slot.Value.Span).Split(' ', 4);
            var (round, writer, number) = (Parse(origin[0]), Parse(origin[1]), Parse(origin[2]));
            Assert.True(slot.Value.Span.SequenceEqual(CrashKeys.Value(round, writer, number)), $"{slot.Key} is not whole.");
            if (everything.TryGetValue(CrashKeys.Unique(round, writer, number), out var twin))
            {
                Assert.Equal(slot.Modified, twin.Modified);
            }
        }
    }

    private static async Task<Run> RunAndKillAsync(string directory, int round, Random random)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CrashKeys).Assembly.Location, directory, $"{round}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var run = new Run();
        var isReady = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = Task.Run(async () =>
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                isReady.TrySetResult();
                run.Add(line);
            }

            isReady.TrySetResult();
        });

        // Now and then in the midst of opening, else under load.
        if (random.Next(10) == 0)
        {
            await Task.Delay(random.Next(40, 140));
        }
        else
        {
            await isReady.Task.WaitAsync(Patience);
            await Task.Delay(random.Next(1, 120));
        }

        Assert.False(process.HasExited, $"The writer ended by itself in round {round}: {(process.HasExited ? await errors : string.Empty)}");
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);
        await reading.WaitAsync(Patience);
        return run;
    }

    private static int Parse(string number) => int.Parse(number, CultureInfo.InvariantCulture);

    private sealed record Write(int Round, int Writer, int Number, long Revision);

    private sealed class Run
    {
        public List<Write> Writes { get; } = [];

        public int DeletedRound { get; private set; } = -1;

        public void Add(string line)
        {
            var parts = line.Split(' ');
            if (parts is ["+", var round, var writer, var number, var revision])
            {
                // A kill can cut the last line short: only a whole one counts, and the revision comes last.
                Writes.Add(new Write(Parse(round), Parse(writer), Parse(number), long.Parse(revision, CultureInfo.InvariantCulture)));
            }
            else if (parts is ["-", var deleted])
            {
                DeletedRound = Parse(deleted);
            }
        }
    }
}
