using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.Logging;

namespace Orch.ApiServer.Audit;

/// <summary>Appends events to a file, and begins a new one when it is full.</summary>
/// <remarks>An event is handed to the system before its request is answered: a server that dies loses none.</remarks>
internal sealed partial class LogFileSink : IAuditSink, IDisposable
{
    private const string Compressed = ".gz";
    private static readonly byte[] LineEnd = "\n"u8.ToArray();
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly AuditOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _maxBytes;
    private Stream? _stream;
    private long _length;
    private bool _isBroken;
    private long _lost;

    public LogFileSink(AuditOptions options, TimeProvider time, ILogger<LogFileSink> logger, long? maxBytes = null)
    {
        _path = options.LogPath!;
        _options = options;
        _time = time;
        _logger = logger;
        _maxBytes = _path == "-" ? 0 : maxBytes ?? options.LogMaxSizeMegabytes * 1024L * 1024;
    }

    /// <inheritdoc />
    public int MaxEventBytes => _options.LogMaxEventBytes;

    /// <summary>Events that were too large.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <inheritdoc />
    public void Lose()
    {
        if (Interlocked.Increment(ref _lost) == 1) { Log.TooLarge(_logger, _path, MaxEventBytes); }
    }

    /// <inheritdoc />
    public void Take(ReadOnlyMemory<byte> json)
    {
        lock (_gate)
        {
            try
            {
                var stream = _stream ??= Open();
                if (_maxBytes > 0 && _length > 0 && _length + json.Length + 1 > _maxBytes) { stream = Rotate(stream); }
                stream.Write(json.Span);
                stream.Write(LineEnd);
                stream.Flush();
                _length += json.Length + 1;
                _isBroken = false;
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                if (!_isBroken) { Log.NotWritten(_logger, _path, failed); }
                _isBroken = true;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            if (_path != "-") { _stream?.Dispose(); }
        }
    }

    private Stream Open()
    {
        if (_path == "-") { return Console.OpenStandardOutput(); }
        if (Path.GetDirectoryName(Path.GetFullPath(_path)) is { } folder) { Directory.CreateDirectory(folder); }
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
        // Bodies may be in it: for the server's own eyes.
        if (!OperatingSystem.IsWindows()) { options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; }
        var stream = new FileStream(_path, options);
        _length = stream.Length;
        return stream;
    }

    private Stream Rotate(Stream full)
    {
        full.Dispose();
        _stream = null;
        var aside = FreeName();
        File.Move(_path, aside);
        _stream = Open();
        if (_options.LogCompresses) { _ = Task.Run(() => Compress(aside)); } else { Prune(); }
        return _stream;
    }

    private string FreeName()
    {
        var stem = Path.Combine(Path.GetDirectoryName(_path) ?? string.Empty, Path.GetFileNameWithoutExtension(_path));
        var stamp = _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss.fff", CultureInfo.InvariantCulture);
        var name = $"{stem}-{stamp}{Path.GetExtension(_path)}";
        for (var count = 1; File.Exists(name) || File.Exists(name + Compressed); count++) { name = $"{stem}-{stamp}-{count}{Path.GetExtension(_path)}"; }
        return name;
    }

    // Beside the requests, which would wait for seconds else. Cut short by the process's end it leaves the file as it was.
    private void Compress(string aside)
    {
        try
        {
            var making = aside + ".making";
            using (var from = File.OpenRead(aside))
            {
                var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows()) { options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; }
                using var to = new GZipStream(new FileStream(making, options), CompressionLevel.Optimal);
                from.CopyTo(to);
            }

            File.Move(making, aside + Compressed);
            File.Delete(aside);
            lock (_gate) { Prune(); }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            Log.NotCompressed(_logger, aside, failed);
        }
    }

    private void Prune()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(_path))!;
        var pattern = $"{Path.GetFileNameWithoutExtension(_path)}-*{Path.GetExtension(_path)}";
        var old = Directory.GetFiles(folder, pattern).Concat(Directory.GetFiles(folder, pattern + Compressed)).OrderDescending(StringComparer.Ordinal).ToList();
        var oldest = _options.LogMaxAge > TimeSpan.Zero ? _time.GetUtcNow().UtcDateTime - _options.LogMaxAge : DateTime.MinValue;
        for (var index = 0; index < old.Count; index++)
        {
            if ((_options.LogMaxBackups > 0 && index >= _options.LogMaxBackups) || File.GetLastWriteTimeUtc(old[index]) < oldest) { File.Delete(old[index]); }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Audit events cannot be written to {Path}; they are lost until they can.")]
        public static partial void NotWritten(ILogger logger, string path, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "The audit file {Path} could not be compressed.")]
        public static partial void NotCompressed(ILogger logger, string path, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "An audit event for {Path} has more than {Limit} bytes without its bodies even and is lost; later ones are not told of.")]
        public static partial void TooLarge(ILogger logger, string path, int limit);
    }
}
