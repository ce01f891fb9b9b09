namespace Orch.EndToEnd.Tests.Fixtures;

/// <summary>What a program said and how it ended.</summary>
public sealed record CommandResult(string Command, int ExitCode, string Output, string Error)
{
    public override string ToString() => $"$ {Command}\n[exit {ExitCode}]\n{Output}{Error}";
}
