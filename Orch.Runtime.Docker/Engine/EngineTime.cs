using System.Globalization;

namespace Orch.Runtime.Docker.Engine;

/// <summary>Times as the engine writes them.</summary>
internal static class EngineTime
{
    /// <summary>Null for the engine's zero time, or none.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1
            ? time
            : null;

    public static DateTimeOffset From(DateTime time) => new(DateTime.SpecifyKind(time.ToUniversalTime(), DateTimeKind.Utc));
}
