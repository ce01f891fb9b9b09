using Microsoft.Extensions.Logging;

namespace Orch.ApiServer.Hosting;

/// <summary>Passes the web server's warnings on to the host's log, and nothing less: it would write lines for every request.</summary>
internal sealed class QuietLogging(ILoggerFactory host) : ILoggerFactory
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Quiet(host.CreateLogger(categoryName));

    /// <inheritdoc />
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Providers belong to the host's factory.");

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private sealed class Quiet(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) { inner.Log(logLevel, eventId, state, exception, formatter); }
        }
    }
}
