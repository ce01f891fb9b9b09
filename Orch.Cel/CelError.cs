namespace Orch.Cel;

/// <summary>Why an evaluation gave no value.</summary>
/// <param name="Message">In the words of cel-go, e.g. <c>no such key: name</c>.</param>
public sealed record CelError(string Message)
{
    /// <summary>Whether the expression was stopped because it cost more than it may.</summary>
    public bool IsCostLimitExceeded { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Message;
}
