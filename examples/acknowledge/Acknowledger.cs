// Tells signalr-key-rotation which key this instance uses. Copy it into your application: .NET 8 or newer, and the
// package Azure.Identity. A key is hashed here; it is never sent or logged. In Program.cs, with the one string for both:
//
//   var connectionString = builder.Configuration["Azure:SignalR:ConnectionString"];
//   builder.Services.AddSignalR().AddAzureSignalR(connectionString);
//   builder.Services.AddSingleton<IHostedService>(services => new Acknowledger(
//       new AcknowledgerOptions
//       {
//           App = new Uri("https://….azurewebsites.net"),
//           Scope = "api://{client id of its app registration}/.default",
//           Target = "chat-prod",
//           Consumer = "web",
//       },
//       connectionString,
//       services.GetRequiredService<ILogger<Acknowledger>>()));
//
// AddSingleton, because AddHostedService adds each class only once, and an app with several endpoints needs one of these
// for each.

using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

#nullable enable

namespace SignalRKeyRotation;

public sealed class AcknowledgerOptions
{
    /// <summary>The rotation app, https.</summary>
    public required Uri App { get; init; }

    /// <summary>What a token for the app is asked for: api:// and the client id of its registration, then /.default.</summary>
    public required string Scope { get; init; }

    public required string Target { get; init; }

    public required string Consumer { get; init; }

    /// <summary>https://{vault}/secrets/{name}; only where the consumer reads several.</summary>
    public string? Secret { get; init; }

    /// <summary>
    /// An instance that runs on with the old key has to be heard after one that has restarted, so this is to be less
    /// than half of the target's tokenLifetime.
    /// </summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>Acknowledges when the host starts, and again every so often.</summary>
public sealed class Acknowledger : BackgroundService
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private static readonly HttpClient Http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    // One for the process: it keeps its tokens until they expire.
    private static readonly TokenCredential Credential = new DefaultAzureCredential();

    private readonly AcknowledgerOptions options;
    private readonly ILogger<Acknowledger> logger;
    private readonly string? body;
    private HttpStatusCode? last;

    /// <param name="connectionString">
    /// The text that the SDK was given when the process started, and not what configuration says now: the SDK goes on
    /// with the old key when only the key changes.
    /// </param>
    public Acknowledger(AcknowledgerOptions options, string? connectionString, ILogger<Acknowledger> logger)
    {
        this.options = options;
        this.logger = logger;
        body = Body(options, connectionString ?? "");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (body is null)
        {
            // A Key Vault reference that App Service could not resolve stands here as its own text, for one.
            logger.LogError("Nothing to acknowledge for {Consumer}: no SignalR connection string.", options.Consumer);
            return;
        }
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(await AcknowledgeAsync(body, stoppingToken), stoppingToken);
        }
    }

    /// <summary>Says it once. Returns how long to wait before saying it again; never throws while the host runs.</summary>
    private async Task<TimeSpan> AcknowledgeAsync(string text, CancellationToken cancellation)
    {
        try
        {
            var token = await Credential.GetTokenAsync(new TokenRequestContext(new[] { options.Scope }), cancellation);
            using var request = new HttpRequestMessage(
                HttpMethod.Post, new Uri(options.App, $"/api/targets/{options.Target}/acks"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
            // Of known length. JsonContent would be sent in chunks, and a chunked body does not reach a Functions app
            // in Node: https://github.com/Azure/azure-functions-nodejs-worker/issues/524
            request.Content = new StringContent(text, Encoding.UTF8, "application/json");
            using var response = await Http.SendAsync(request, cancellation);
            Log(response.StatusCode);
            return IsTransient(response.StatusCode) ? RetryAfter(response) : options.Every;
        }
        // An exception that leaves a BackgroundService stops the host, and nobody wants that for an acknowledgement.
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            last = null;
            logger.LogWarning(
                "Cannot acknowledge for {Consumer}: {Exception}.", options.Consumer, exception.GetType().Name);
            return Soon;
        }
    }

    private void Log(HttpStatusCode status)
    {
        if (status == HttpStatusCode.Conflict)
        {
            logger.LogWarning("{Target} is past the key that this instance uses: restart it.", options.Target);
        }
        else if (status != HttpStatusCode.OK)
        {
            logger.LogWarning(
                "Cannot acknowledge for {Consumer}: the app answered {Status}.", options.Consumer, (int)status);
        }
        else if (last != status)
        {
            logger.LogInformation("Acknowledged for {Consumer} of {Target}.", options.Consumer, options.Target);
        }
        last = status;
    }

    private static bool IsTransient(HttpStatusCode status) => (int)status is 429 or >= 500;

    private TimeSpan RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        var after = header?.Delta ?? header?.Date - DateTimeOffset.UtcNow ?? Soon;
        return after < Least ? Least : after < options.Every ? after : options.Every;
    }

    private static string? Body(AcknowledgerOptions options, string connectionString)
    {
        if (string.IsNullOrEmpty(ValueOf(connectionString, "Endpoint")))
        {
            return null;
        }
        var json = new JsonObject { ["consumer"] = options.Consumer };
        if (options.Secret is not null)
        {
            json["secret"] = options.Secret;
        }
        var key = ValueOf(connectionString, "AccessKey");
        if (string.IsNullOrEmpty(key))
        {
            json["auth"] = "entra";
        }
        else
        {
            json["fingerprint"] = FingerprintOf(key);
        }
        return json.ToJsonString();
    }

    /// <summary>sha256: and the first 16 hex digits of SHA-256 over the key's UTF-8 text, which is not decoded.</summary>
    private static string FingerprintOf(string key) =>
        "sha256:" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16].ToLowerInvariant();

    private static string? ValueOf(string connectionString, string name) =>
        connectionString
            .Split(';')
            .Select(part => part.Split('=', 2))
            .Where(pair => pair.Length == 2 && pair[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(pair => pair[1].Trim())
            .FirstOrDefault();
}
