using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Admission.Certificates;
using Orch.ApiServer.Apply;
using Orch.ApiServer.CustomResources.Paths;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Json;
using Orch.ApiServer.Kinds.Batch;
using Orch.ApiServer.Kinds.Certificates;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Tokens;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Tests.Security;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using static Orch.ApiServer.Tests.CustomResources.SchemaValidatorTests;

namespace Orch.ApiServer.Tests.Fuzz;

/// <summary>Whatever text a client sends where one is read: it is taken or refused, within bounds of memory and time.</summary>
public sealed class ParserFuzzTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly FakeTimeProvider Time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly string Request = MakeRequest();
    private static readonly string Certificate = MakeCertificate();
    private static readonly string[] Formats = ["uri", "email", "hostname", "ipv4", "ipv6", "cidr", "mac", "uuid", "byte", "date", "date-time", "duration", "isbn", "creditcard", "ssn", "hexcolor", "rgbcolor", "bsonobjectid"];

    private static readonly string[] Splices =
    [
        "", "\0", "'", "\"", "\\", "[", "]", "{", "}", "(", ")", ",", ".", "..", "/", "//", ":", ";", "=", "!=", "==", "*", "%", "%00", "%zz", "-", "--", "+", " ", "\t", "\n", "0", "-1", "1e999", "9223372036854775808",
        "99999999999999999999999999999999", "\ud800", "é", "😀", "null", "in", "notin", "~", "@", "$", "?", "#", "<", ">", "&", "|", "^", "q=0", "as=Table", "Ki", "m", "Inf", "NaN", "T", "Z", "-----BEGIN X-----",
    ];

    private static readonly Lazy<ServiceAccountTokens> Tokens = new(static () => new ServiceAccountTokens(ECDsa.Create(ECCurve.NamedCurves.nistP256), ["https://issuer"]));

    private static readonly Dictionary<string, Parser> Parsers = new()
    {
        ["label selector"] = new(static text => LabelSelector.Parse(text).Matches(new Dictionary<string, string> { ["a"] = "b" }), ["a=b,c!=d", "a in (b, c),!d,e notin (f)", "a>5,b<6"], typeof(SelectorException)),
        ["field selector"] = new(static text => FieldSelector.Parse(text).Matches(static _ => "x"), ["metadata.name=a,status.phase!=b", "a=b\\,c,d==e"], typeof(SelectorException)),
        ["quantity"] = new(
            static text =>
            {
                if (!Quantities.TryParse(text, out var quantity, out var error)) { Assert.NotEmpty(error!); return; }
                _ = (Quantities.Format(quantity!), Quantities.Value(quantity), Quantities.MilliValue(quantity), quantity!.ToDecimal());
            },
            ["1", "1.5Gi", "100m", "1e3", "-0.5Ki", "9E"]),
        ["duration"] = new(static text => _ = GoDuration.FaultIn(text), ["1h2m3.5s", "-5ms", "1us1ns"]),
        ["schedule"] = new(static text => _ = CronSyntax.FaultIn(text), ["*/5 1-3 * jan,feb mon", "@every 1h", "@daily", "TZ=UTC 0 0 1 1 ?"]),
        ["index ranges"] = new(static text => _ = (IndexRanges.Count(text, 1_000_000, out _), IndexRanges.Overlap("1-5", "3", 10)), ["1,3-5,7", "0-999999"]),
        ["timestamp"] = new(static text => _ = GoValues.FaultOfTime(text), ["2025-01-01T00:00:00Z", "2025-12-31T23:59:60.123456+02:00"]),
        ["base64"] = new(static text => _ = GoValues.FaultOfBase64(Encoding.UTF8.GetBytes(text)), ["eA==", "YWJj"]),
        ["resource version"] = new(static text => _ = (ResourceVersions.Parse(text), ResourceVersions.ParseForList(text)), ["1", "18446744073709551615"], typeof(ApiException)),
        ["continue token"] = new(static text => ContinueToken.Parse(text), [new ContinueToken(5, "a\0").ToString()], typeof(ApiException)),
        ["what a continue token holds"] = new(static text => ContinueToken.Parse(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text))), ["""{"v":"meta.k8s.io/v1","rv":5,"start":"a/b\u0000"}"""], typeof(ApiException)),
        ["acceptable types"] = new(
            static text => AcceptedForm.Choose(text, convertible: true, typeof(V1Pod)),
            ["application/json;as=Table;v=v1;g=meta.k8s.io,application/json;q=0.5, */*", "application/vnd.kubernetes.protobuf,application/yaml;q=\"0.1\""], typeof(ApiException)),
        ["path of a request"] = new(
            static text => _ = (RequestInfo.Parse("GET", text, isWatch: true), RequestInfo.Parse("DELETE", "/" + text, isWatch: false)),
            ["/api/v1/namespaces/a/pods/b/log", "/apis/apps/v1/watch/deployments", "/healthz"], typeof(ApiException)),
        ["query of a request"] = new(
            static text =>
            {
                var query = new QueryCollection(QueryHelpers.ParseQuery(text));
                foreach (var read in (Action[])[() => WatchOptions.Read(query), () => QueryOptions.Number(query, "limit"), () => QueryOptions.DryRun(query, "CreateOptions"), () => QueryOptions.FieldValidation(query, "CreateOptions"), () => QueryOptions.IncludeObject(query)])
                {
                    try { read(); }
                    catch (ApiException fault) when (fault.Code is >= 400 and < 500) { /* that is its answer */ }
                }
            },
            ["limit=5&dryRun=All&fieldValidation=Strict&includeObject=None", "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=1&allowWatchBookmarks=1"]) { LongestText = 20_000 },
        ["URL"] = new(static text => GoUrl.Parse(text, out _), ["https://user@host:80/path?query#fragment", "http://[::1]:5/%2f"]),
        ["managed fields"] = new(static text => FieldsV1.Read(Encoding.UTF8.GetBytes(text)), ["""{"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{"k:{\"name\":\"a\"}":{"v:1":{},"i:0":{}}}}"""], typeof(FormatException)) { BytesPerCharacter = 1000 },
        ["element of managed fields"] = new(static text => PathElement.Parse(Encoding.UTF8.GetBytes(text)), ["f:a", "k:{\"a\":1,\"b\":\"c\"}", "v:\"x\"", "i:5"], typeof(FormatException)) { BytesPerCharacter = 1000 },
        ["pointer of a patch"] = new(static text => JsonPointer.Parse(text), ["/spec/containers/0/a~1b~0c", "/-"], typeof(PatchFault)),
        ["path of a column"] = new(
            static text => JsonPath.Parse(text).Find(Read("""{"spec":{"a":[{"b":1,"c":"x"},{"b":2}]}}""")),
            [".spec.a[?(@.b==1)].c", "{.spec['a'][0:2:1].b}", ".spec.a[-1:]..b"], typeof(FormatException)) { BytesPerCharacter = 2000 },
        ["path of a field"] = new(static text => FieldRoute.Parse(text).TryGet((JsonMap)Read("""{"spec":{"a":1}}""")!, out _), [".spec.a", ".spec['a.b']"]),
        ["pattern"] = new(
            static text =>
            {
                var pattern = new GoPattern(text);
                if (pattern.Fault is null) { pattern.IsMatch("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"); }
            },
            ["^[a-z]+(\\.[0-9]{1,3})*$", "(?i)a|b|\\pL"]) { Rounds = 300, LongestText = 2_000, BytesPerCharacter = 40_000, BytesAtLeast = 4_000_000 },
        ["format of a text"] = new(static text => { foreach (var format in Formats) { TextFormats.Matches(format, text); } }, ["a@b.c", "10.0.0.0/8", "5h", "2025-01-01", "00:00:5e:00:53:01", "#fff"]) { BytesPerCharacter = 4000 },
        ["address"] = new(static text => _ = (IpRules.TryParse(text, out _), IpRules.IsCidr(text)), ["10.0.0.1", "fd00::1", "::ffff:1.2.3.4", "10.0.0.0/8"]),
        ["strict network"] = new(static text => IpWarnings.Cidr(text, FieldPath.Of("a"), new List<string>()), ["10.0.0.1/8", "FD00::/64", "010.0.0.0/8"]),
        ["bootstrap token"] = new(static text => Ask(new BootstrapTokenAuthenticator(new FakeLookup(), Time), text), ["abcdef.0123456789abcdef"], typeof(AuthenticationFailedException)),
        ["service account token"] = new(
            static text => Ask(new ServiceAccountAuthenticator(Tokens.Value, new FakeLookup(), Time), text),
            [Token("""{"alg":"ES256"}""", """{"iss":"https://issuer","sub":"system:serviceaccount:a:b","exp":1}"""), Token("""{"alg":"none"}""", """{"iss":"kubernetes/serviceaccount"}""")], typeof(AuthenticationFailedException)) { LongestText = 16_000, BytesPerCharacter = 2000, BytesAtLeast = 4_000_000 },
        ["what a service account token holds"] = new(
            static text => Ask(new ServiceAccountAuthenticator(Tokens.Value, new FakeLookup(), Time), Token("""{"alg":"ES256"}""", text)),
            ["""{"iss":"https://issuer","sub":"system:serviceaccount:a:b","exp":1,"kubernetes.io":{"namespace":"a","serviceaccount":{"name":"b","uid":"c"}}}"""], typeof(AuthenticationFailedException)) { LongestText = 16_000, BytesPerCharacter = 2000, BytesAtLeast = 4_000_000 },
        ["certificate request"] = new(static text => SigningRequestContent.RequestFault(Encoding.Latin1.GetBytes(text)), [Request]) { LongestText = 50_000, BytesAtLeast = 1_000_000 },
        ["subject of a certificate request"] = new(static text => RequestedSubject.Read(Encoding.Latin1.GetBytes(text)), [Request], typeof(FormatException)) { LongestText = 50_000, BytesAtLeast = 1_000_000 },
        ["certificates"] = new(static text => SigningRequestContent.CertificateFault(Encoding.Latin1.GetBytes(text)), [Certificate, Certificate + Certificate]) { LongestText = 50_000, BytesAtLeast = 1_000_000 },
        ["fault of a document"] = new(static text => GoSyntax.FaultOf(Encoding.UTF8.GetBytes(text)), ["""{"a":[1,2.5e3,"x\u0000",null,true]}"""]),
        ["text shown in a message"] = new(static text => Orch.ApiServer.Validation.GoText.Quote(text), ["a\tb"]),
    };

    public static TheoryData<string> Names => [.. Parsers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Parser_OfAnyText_TakesItOrRefusesWithinBounds(string name) => AnyTextAsync(Parsers[name], name.Length);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Parser_OfALongText_TakesItOrRefusesWithinBounds(string name) => LongTextAsync(Parsers[name]);

    /// <summary>Tries the seeds, and texts made of them.</summary>
    internal static Task AnyTextAsync(Parser parser, int seedOfChance) => WithinTimeAsync(() =>
    {
        var random = new Random(seedOfChance);
        Warm(parser);
        foreach (var seed in parser.Seeds) { Try(parser, seed); }
        for (var round = 0; round < parser.Rounds; round++) { Try(parser, Mutated(parser.Seeds[random.Next(parser.Seeds.Length)], random)); }
    });

    /// <summary>Tries texts as long as may be, and as deep.</summary>
    internal static Task LongTextAsync(Parser parser) => WithinTimeAsync(() =>
    {
        Warm(parser);
        foreach (var seed in parser.Seeds)
        {
            foreach (var part in (string[])[seed, seed + ",", seed[..1], seed[^1..], "(", "[", "{\"a\":", "a", "9", "../", "\\", "%2f", ".a"])
            {
                var repeated = string.Concat(Enumerable.Repeat(part, parser.LongestText / part.Length));
                Try(parser, repeated);
                Try(parser, seed + repeated);
            }
        }

        // Things inside each other, which must not reach the end of the stack.
        foreach (var (open, close) in ((string, string)[])[("[", "]"), ("{\"a\":", "}"), ("(", ")"), ("[?(@.a", ")]"), ("[?(", "==1)]"), ("{.a", "}"), ("a in (", ")"), ("!", ""), ("f:a{", "}"), ("k:{\"a\":", "}")])
        {
            var times = parser.LongestText / (open.Length + close.Length);
            Try(parser, string.Concat(Enumerable.Repeat(open, times)) + string.Concat(Enumerable.Repeat(close, times)));
        }
    });

    private static async Task WithinTimeAsync(Action run) => await Task.Run(run).WaitAsync(Patience);

    // What is made once, at the first text, is no part of the budget.
    private static void Warm(Parser parser)
    {
        foreach (var seed in parser.Seeds)
        {
            try { parser.Read(seed); }
            catch (Exception fault) when (parser.Refusals.Contains(fault.GetType())) { /* refused is fine here */ }
        }
    }

    private static void Try(Parser parser, string text)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try { parser.Read(text); }
        catch (Exception fault) when (parser.Refusals.Contains(fault.GetType())) { Assert.True(fault is not ApiException { Code: < 400 or > 499 }, fault.Message); }
        catch (Exception fault) { throw new InvalidOperationException($"on {Shown(text)}", fault); }
        var used = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(used <= parser.BytesAtLeast + parser.BytesPerCharacter * text.Length, $"{used} bytes for {text.Length} characters: {Shown(text)}");
    }

    private static string Shown(string text) => Orch.ApiServer.Validation.GoText.Quote(text.Length > 400 ? text[..400] + "…" : text);

    private static string Mutated(string seed, Random random)
    {
        var text = new StringBuilder(seed);
        for (var edit = random.Next(1, 6); edit > 0; edit--)
        {
            var at = random.Next(text.Length + 1);
            switch (random.Next(5))
            {
                case 0: text.Insert(at, Splices[random.Next(Splices.Length)]); break;
                case 1 when at < text.Length: text[at] = (char)random.Next(128); break;
                case 2 when at < text.Length: text.Remove(at, Math.Min(text.Length - at, random.Next(1, 4))); break;
                case 3: text.Insert(at, text.ToString(random.Next(text.Length + 1) is var from ? from : 0, Math.Min(text.Length - from, 12))); break;
                default: text.Append(Splices[random.Next(Splices.Length)]); break;
            }
        }

        return text.ToString();
    }

    private static void Ask(IAuthenticator authenticator, string token) => authenticator.AuthenticateAsync(new RequestCredentials(token, null), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static string Token(string header, string payload)
        => $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.{Base64Url.EncodeToString(new byte[64])}";

    private static string MakeRequest()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=a, O=b", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
    }

    private static string MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256).CreateSelfSigned(Time.GetUtcNow(), Time.GetUtcNow().AddDays(1));
        return certificate.ExportCertificatePem() + "\n";
    }
}
