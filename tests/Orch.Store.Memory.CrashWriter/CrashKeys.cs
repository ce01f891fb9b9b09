using System.Globalization;
using System.Text;

namespace Orch.Store.Memory.CrashWriter;

/// <summary>What the writer writes, computable by whoever checks it.</summary>
public static class CrashKeys
{
    public const int Writers = 16;

    public static string Unique(int round, int writer, int number)
        => string.Create(CultureInfo.InvariantCulture, $"/unique/{round:d6}/{writer:d2}/{number:d6}");

    public static string Slot(int writer, int number) => string.Create(CultureInfo.InvariantCulture, $"/slot/{writer:d2}/{number % 5}");

    /// <summary>Names its origin and has a length that differs from write to write.</summary>
    public static byte[] Value(int round, int writer, int number)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"{round} {writer} {number} ");
        var value = new byte[head.Length + (((number * 7919) + (writer * 104729)) % 3000)];
        Encoding.ASCII.GetBytes(head, value);
        value.AsSpan(head.Length).Fill((byte)('a' + (number % 26)));
        return value;
    }

    public static MemoryStoreOptions Options(string directory) => new() { DataDirectory = directory, CheckpointBytes = 400_000 };
}
